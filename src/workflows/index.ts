/**
 * What spans stages: delivery figures and lineage as text.
 *
 * @module sluice/workflows
 */

export { type DeliveryFigures, deliveryFigures } from "./delivery-figures.ts";
export { formatLineage } from "./format-lineage.ts";
