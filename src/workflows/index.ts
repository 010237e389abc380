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
export { type AuditPackOptions, auditPack } from "./governance/audit-pack.ts";
export { documentationMarkdown } from "./governance/documentation-markdown.ts";
export type {
  CoverageReport,
  DocumentedPoint,
  DocumentedStatement,
  HumanPart,
  PointCoverage,
  RecordedPart,
  StatementSource,
  TechnicalDocumentation,
} from "./governance/documentation-record.ts";
export {
  type CardSection,
  cardMarkdown,
  type GeneratedModelCard,
  generatedModelCard,
} from "./governance/generated-card.ts";
export { readHumanPart } from "./governance/human-parts.ts";
export type { AuditPack, PackEntry, PackFile, PackManifest } from "./governance/pack-record.ts";
export { type DocumentationOptions, technicalDocumentation } from "./governance/technical-documentation.ts";
export type { DocumentedVersion, DocumentedWorkspace } from "./governance/version-facts.ts";
export { type ProductionAt, type ProductionHolder, productionAt } from "./governance/production-at.ts";
export { PredictedVectors, type PredictedVectorsOptions, type VersionsOfServices } from "./predicted-vectors.ts";
export { PredictionSkew, type PredictionSkewOptions } from "./prediction-skew.ts";
