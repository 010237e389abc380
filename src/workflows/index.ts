/**
 * What spans stages: delivery figures, governance documents, checks in CI, lineage as text, and the skew between training and serving.
 *
 * @module sluice/workflows
 */

export { checkServingSkew, type ServingSkewOptions } from "./check-serving-skew.ts";
export {
  type CiCase,
  type CiContext,
  type CiDefinition,
  type CiTest,
  type CiTestOptions,
  defineCi,
} from "./ci/ci-definition.ts";
export type { CiCaseReport, CiOutcome, CiReport, CiTestReport } from "./ci/ci-report.ts";
export { ciMarkdown } from "./ci/ci-text.ts";
export { type DataTestOptions, dataTest } from "./ci/data-test.ts";
export { comparisonTest, type EvaluationOf, type GateTestOptions, gateTest, type VersionOf } from "./ci/gate-test.ts";
export { junitXml } from "./ci/junit-xml.ts";
export { modelTest } from "./ci/model-test.ts";
export { type RunCiOptions, runCi } from "./ci/run-ci.ts";
export type { DurationFigure, FewestCases, ShareFigure } from "./delivery/case-figures.ts";
export {
  compareDelivery,
  type DeliveryChange,
  type DeliveryComparison,
  deliveryMarkdown,
} from "./delivery/compare-delivery.ts";
export { deliveryFigures } from "./delivery/delivery-figures.ts";
export type { DeliveryOptions } from "./delivery/delivery-options.ts";
export type { DeliveryFigures } from "./delivery/delivery-record.ts";
export type { HumanAction } from "./delivery/human-action.ts";
export { type ManualBaseline, type ManualDeployment, readBaseline } from "./delivery/manual-baseline.ts";
export { type FormatLineageOptions, formatLineage } from "./format-lineage.ts";
export { type AuditPackOptions, auditPack, writeAuditPack } from "./governance/audit-pack.ts";
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
  generatedCardMarkdown,
  type GeneratedModelCard,
  generatedModelCard,
} from "./governance/generated-card.ts";
export { readHumanPart } from "./governance/human-parts.ts";
export type { AuditPack, PackEntry, PackFile, PackManifest, PackStream } from "./governance/pack-record.ts";
export { type DocumentationOptions, technicalDocumentation } from "./governance/technical-documentation.ts";
export type { DocumentedVersion, DocumentedWorkspace } from "./governance/version-facts.ts";
export { type ProductionAt, type ProductionHolder, productionAt } from "./governance/production-at.ts";
export { PredictedVectors, type PredictedVectorsOptions, type VersionsOfServices } from "./predicted-vectors.ts";
export { PredictionSkew, type PredictionSkewOptions } from "./prediction-skew.ts";
