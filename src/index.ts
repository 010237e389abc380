/**
 * The root door: the workspace, and the factories of everything a project defines.
 *
 * @module sluice
 */

export type { Artifact } from "./contracts/artifact.ts";
export type { Check, CheckOutcome } from "./contracts/check.ts";
export type { DatasetDefinition } from "./contracts/dataset-definition.ts";
export type { DatasetVersion } from "./contracts/dataset-version.ts";
export type { EvaluationReport } from "./contracts/evaluation-report.ts";
export type { EntityDefinition, ViewDefinition } from "./contracts/feature-definition.ts";
export type { FeatureCell, ServiceDefinition } from "./contracts/feature-service.ts";
export type { Gate, GateOutcome, PromotionPolicy } from "./contracts/gate.ts";
export type { ModelDefinition } from "./contracts/model-definition.ts";
export type { ModelVersion, Stage } from "./contracts/model-version.ts";
export type { Alert, MonitorDefinition } from "./contracts/monitor.ts";
export type { RolloutPlan } from "./contracts/rollout.ts";
export type { TrainingSet } from "./contracts/training-set.ts";
export { manualClock, systemClock } from "./core/clock.ts";
export { isSluiceError, SluiceError, type SluiceErrorCode } from "./core/errors.ts";
export { seededRandom } from "./core/random.ts";
export { completeness } from "./data/checks/completeness.ts";
export { distribution } from "./data/checks/distribution.ts";
export { membership } from "./data/checks/membership.ts";
export { rowCount } from "./data/checks/row-count.ts";
export { uniqueness } from "./data/checks/uniqueness.ts";
export { dataset } from "./data/dataset.ts";
export { rowsSource } from "./data/sources/rows-source.ts";
export { tableSource } from "./data/sources/table-source.ts";
export { count, max, mean, min, sum } from "./features/definitions/aggregates.ts";
export { nullable, t } from "./features/definitions/column-tags.ts";
export { entity } from "./features/definitions/entity.ts";
export { featureService } from "./features/definitions/feature-service.ts";
export { featureView } from "./features/definitions/feature-view.ts";
export { onDemand } from "./features/definitions/on-demand.ts";
export { request } from "./features/definitions/request.ts";
export { monitor } from "./monitoring/monitor.ts";
export { profileOf } from "./monitoring/reference-profile.ts";
export { openWorkspace } from "./open-workspace.ts";
export { beatsChampion } from "./registry/gates/beats-champion.ts";
export { dataValidated } from "./registry/gates/data-validated.ts";
export { lineageComplete } from "./registry/gates/lineage-complete.ts";
export { rolloutEvidence } from "./registry/gates/rollout-evidence.ts";
export { signatureMatches } from "./registry/gates/signature-matches.ts";
export { sliceFloor } from "./registry/gates/slice-floor.ts";
export { threshold } from "./registry/gates/threshold.ts";
export { model } from "./registry/model.ts";
export { plainModel } from "./registry/plain-model.ts";
export { defaultPolicy } from "./registry/policy/default-policy.ts";
export { canary } from "./serving/canary.ts";
export { badOutcome, disagreement, errorRate, latency } from "./serving/guardrails.ts";
export { pipeline } from "./training/pipelines/pipeline.ts";
export { step } from "./training/pipelines/step.ts";
export type { PipelinesFace, RegistryFace, Workspace, WorkspaceOptions, WorkspaceTick } from "./workspace.ts";
