/**
 * What spans stages: delivery figures, governance documents, lineage as text, and the skew between training and serving.
 *
 * @module sluice/workflows
 */

export { checkServingSkew, type ServingSkewOptions } from "./check-serving-skew.ts";
export type { DurationFigure, FewestCases, ShareFigure } from "./delivery/case-figures.ts";
export {
  compareDelivery,
  type DeliveryChange,
  type DeliveryComparison,
  deliveryMarkdown,
} from "./delivery/compare-delivery.ts";
export { type DeliveryFigures, deliveryFigures } from "./delivery/delivery-figures.ts";
export type { DeliveryOptions } from "./delivery/delivery-options.ts";
export type { HumanAction } from "./delivery/human-action.ts";
export { type ManualBaseline, type ManualDeployment, readBaseline } from "./delivery/manual-baseline.ts";
export { type FormatLineageOptions, formatLineage } from "./format-lineage.ts";
export { type ProductionAt, type ProductionHolder, productionAt } from "./governance/production-at.ts";
export { PredictedVectors, type PredictedVectorsOptions, type VersionsOfServices } from "./predicted-vectors.ts";
export { PredictionSkew, type PredictionSkewOptions } from "./prediction-skew.ts";
