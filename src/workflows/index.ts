/**
 * What spans stages: delivery figures, lineage as text, and the skew between training and serving.
 *
 * @module sluice/workflows
 */

export { checkServingSkew, type ServingSkewOptions } from "./check-serving-skew.ts";
export { type DeliveryFigures, deliveryFigures } from "./delivery-figures.ts";
export { type FormatLineageOptions, formatLineage } from "./format-lineage.ts";
export { PredictedVectors, type PredictedVectorsOptions, type VersionsOfServices } from "./predicted-vectors.ts";
export { PredictionSkew, type PredictionSkewOptions } from "./prediction-skew.ts";
