/**
 * Stage 4: evaluation, gates, approvals, certificates and versions.
 *
 * @module sluice/registry
 */

export type { ApprovalOptions } from "./approvals/approve-version.ts";
export type { KeyRetirement } from "./certificates/retire-key.ts";
export type { KeyRotation, RotatedKey } from "./certificates/rotate-key.ts";
export { oidcIdentity, type OidcIdentityOptions } from "./approvals/oidc-identity.ts";
export type { Claims } from "./approvals/read-token.ts";
export type { TokenAlgorithm } from "./approvals/token-keys.ts";
export { cardMarkdown } from "./cards/card-markdown.ts";
export { verifyCertificate } from "./certificates/verify-certificate.ts";
export { config, type ConfigOptions, featureServiceConfig } from "./content/config.ts";
export {
  ContentRegistry,
  type ContentRegistryOptions,
  type LoadedConfig,
  type LoadedPrompt,
} from "./content/content-registry.ts";
export type { HostEvaluation } from "./content/host-evaluation.ts";
export { prompt, type PromptOptions } from "./content/prompt.ts";
export type { ContentRegistration } from "./content/register-content.ts";
export type { EvaluationMetric, MetricResult } from "./evaluation/evaluation-metric.ts";
export type { EvaluationOptions } from "./evaluation/evaluation-options.ts";
export { Evaluator } from "./evaluation/evaluator.ts";
export type { EvaluatorOptions } from "./evaluation/evaluator-options.ts";
export type { FairnessOptions } from "./evaluation/fairness/measure-fairness.ts";
export type { LatencyOptions } from "./evaluation/latency.ts";
export type { LeakageOptions } from "./evaluation/leakage.ts";
export { type CustomMetric, metric } from "./evaluation/metric.ts";
export { evaluationPicture } from "./evaluation/picture/evaluation-picture.ts";
export type { ReproduceOptions } from "./evaluation/reproduce.ts";
export { categorySwap, type CategorySwapOptions } from "./evaluation/robustness/category-swap.ts";
export { gaussianNoise } from "./evaluation/robustness/gaussian-noise.ts";
export { missingValues, type MissingValuesOptions } from "./evaluation/robustness/missing-values.ts";
export type { PerturbedInputs, Perturbation } from "./evaluation/robustness/perturbation.ts";
export { unitScale, type UnitScaleOptions } from "./evaluation/robustness/unit-scale.ts";
export type { WorstSlicesOptions } from "./evaluation/search/worst-slices.ts";
export type { Approval, Gate, GateEvidence, GateOutcome, PromotionPolicy, TransitionRules } from "../contracts/gate.ts";
export { beatsChampion, type BeatsChampionOptions } from "./gates/beats-champion.ts";
export { calibrationBound, type CalibrationBoundOptions } from "./gates/calibration-bound.ts";
export { contentSound } from "./gates/content-sound.ts";
export { dataFreshness, type DataFreshnessOptions } from "./gates/data-freshness.ts";
export { dataValidated } from "./gates/data-validated.ts";
export { fairnessBound, type FairnessBoundOptions } from "./gates/fairness-bound.ts";
export { featureServiceCompatible } from "./gates/feature-service-compatible.ts";
export { type CustomGateOptions, gate, type GateAnswer } from "./gates/gate.ts";
export { latencyBudget, type LatencyBudgetOptions } from "./gates/latency-budget.ts";
export { lineageComplete } from "./gates/lineage-complete.ts";
export type { MetricEnd } from "./gates/metric-bound.ts";
export { modelCard, type ModelCardGateOptions } from "./gates/model-card.ts";
export { noLeakage, type NoLeakageOptions } from "./gates/no-leakage.ts";
export { noSliceRegression, type NoSliceRegressionOptions } from "./gates/no-slice-regression.ts";
export { originCertified, type OriginCertifiedOptions } from "./gates/origin-certified.ts";
export { predictionStability, type PredictionStabilityOptions } from "./gates/prediction-stability.ts";
export { reproducible, type ReproducibleOptions } from "./gates/reproducible.ts";
export { rolloutEvidence } from "./gates/rollout-evidence.ts";
export { requiresFeatures } from "./gates/requires-features.ts";
export { signatureMatches } from "./gates/signature-matches.ts";
export { sizeBudget, type SizeBudgetOptions } from "./gates/size-budget.ts";
export { sliceFloor, type SliceFloorOptions } from "./gates/slice-floor.ts";
export { threshold, type ThresholdOptions } from "./gates/threshold.ts";
export { VerifiedModelSource } from "./loading/verified-model-source.ts";
export { model, type ModelOptions } from "./model.ts";
export { ModelRegistry } from "./model-registry.ts";
export { plainModel, type PlainModelOptions } from "./plain-model.ts";
export { defaultContentPolicy, type DefaultContentPolicyOptions } from "./policy/default-content-policy.ts";
export { type DefaultPolicy, defaultPolicy, type DefaultPolicyOptions } from "./policy/default-policy.ts";
export { policyDigest } from "./policy/policy-digest.ts";
export {
  type GateJson,
  policyFromJson,
  type PolicyFromJsonOptions,
  type PolicyJson,
  policyToJson,
  type RulesJson,
} from "./policy/policy-json.ts";
export type { TransitionRequest } from "./versions/transition-request.ts";
export type { BreakGlassRequest } from "./promotion/break-glass.ts";
export type { VoidApproval } from "./approvals/void-approvals.ts";
export type { TransitionExplanation } from "./promotion/explain-transition.ts";
export type { PromotionResult } from "./promotion/promotion-result.ts";
export { registryMigrations } from "./registry-migrations.ts";
export type { CurrentServices, RegistryOptions } from "./registry-options.ts";
export type { ListedModel, ModelListing, ModelPage } from "./search/list-models.ts";
export { VersionCatalog } from "./search/version-catalog.ts";
export { type VersionChange, VersionDifference } from "./search/version-difference.ts";
export type { FoundVersion, VersionPage, VersionSearch } from "./search/version-search.ts";
export type { VersionTags } from "./search/version-tags.ts";
export type { Aliases } from "./versions/aliases.ts";
export type { DeprecationRequest } from "./versions/deprecate-version.ts";
export type { AliasTarget, TransitionTarget } from "./versions/transition-target.ts";
export type { RegisteredVersion, RegistrationAbout } from "./versions/insert-version.ts";
export type { Registration } from "./versions/register-version.ts";
export { StandingWitness, type StandingWitnessOptions } from "./versions/standing-witness.ts";
export type { VersionKey } from "./versions/version-key.ts";
export { type BundleVerdict, type OpenBundleVerdict, verifyBundle, verifyOpenBundle } from "./transfer/bundle.ts";
export type { ImportOptions } from "./transfer/import-version.ts";
