export { type DeliveryFigures, deliveryFigures } from "./delivery-figures.ts";
export { formatLineage } from "./format-lineage.ts";
