/**
 * Stage 5: routers, rollouts and the prediction log.
 *
 * @module sluice/serving
 */

export { armOf, bucketOf } from "./assign.ts";
export { canary, type CanaryOptions } from "./canary.ts";
export { growthBookBucket } from "./growth-book-bucket.ts";
export {
  badOutcome,
  type BadOutcomeOptions,
  disagreement,
  type DisagreementOptions,
  errorRate,
  type ErrorRateOptions,
  latency,
  type LatencyOptions,
} from "./guardrails.ts";
export { type PredictionLogParts, SqlPredictionLog } from "./log/sql-prediction-log.ts";
export { murmur3 } from "./murmur3.ts";
export type { ArmCounts } from "./rollout/arm-counts.ts";
export type { GuardrailEvidence } from "./rollout/guardrail-evidence.ts";
export type { BadEvents, Evidence, Tally } from "./rollout/observations.ts";
export { hasEnded, type RolloutStart, type RolloutState, shareOf, startState } from "./rollout/rollout-state.ts";
export { evidenceOf, type RolloutEvidenceParts, SqlRolloutEvidence } from "./rollout/sql-rollout-evidence.ts";
export { type RolloutStepResult, stepRollout } from "./rollout/step-rollout.ts";
export { CanaryRouter } from "./router/canary-router.ts";
export type { Challenger } from "./router/challenger-number.ts";
export { inputFromJson, inputToJson } from "../ledger/segments/feature-input-json.ts";
export type { Prediction, PredictionResult } from "./router/prediction.ts";
export type {
  CanaryRouterOptions,
  PredictManyOptions,
  PredictOptions,
  RolloutStatus,
  RouterParts,
  RouterSettings,
  RouterStatus,
  StageRouterOptions,
} from "./router/router-options.ts";
export { servingMigrations } from "./serving-migrations.ts";
export { ServingStage } from "./serving-stage.ts";
