/**
 * What spans stages: delivery figures and lineage as text.
 *
 * @module sluice/workflows
 */

export { type DeliveryFigures, deliveryFigures } from "./delivery-figures.ts";
export { type FormatLineageOptions, formatLineage } from "./format-lineage.ts";
