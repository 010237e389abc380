import type { Gate } from "../../contracts/gate.ts";
import { beatsChampion } from "../gates/beats-champion.ts";
import { calibrationBound } from "../gates/calibration-bound.ts";
import { contentSound } from "../gates/content-sound.ts";
import { dataFreshness } from "../gates/data-freshness.ts";
import { dataValidated } from "../gates/data-validated.ts";
import { fairnessBound } from "../gates/fairness-bound.ts";
import { featureServiceCompatible } from "../gates/feature-service-compatible.ts";
import { latencyBudget } from "../gates/latency-budget.ts";
import { lineageComplete } from "../gates/lineage-complete.ts";
import { modelCard } from "../gates/model-card.ts";
import { noLeakage } from "../gates/no-leakage.ts";
import { noSliceRegression } from "../gates/no-slice-regression.ts";
import { originCertified } from "../gates/origin-certified.ts";
import { predictionStability } from "../gates/prediction-stability.ts";
import { reproducible } from "../gates/reproducible.ts";
import { requiresFeatures } from "../gates/requires-features.ts";
import { rolloutEvidence } from "../gates/rollout-evidence.ts";
import { signatureMatches } from "../gates/signature-matches.ts";
import { sizeBudget } from "../gates/size-budget.ts";
import { sliceFloor } from "../gates/slice-floor.ts";
import { threshold } from "../gates/threshold.ts";

/** Makes a gate from its parameters as JSON. Whatever they hold is checked by the gate itself. */
type GateFromParams = (text: string) => Gate;

/** How each gate of the library is made from its parameters. */
export const gateKinds: ReadonlyMap<string, GateFromParams> = new Map<string, GateFromParams>([
  ["beatsChampion", ofMetric(beatsChampion)],
  ["calibrationBound", ofOptions(calibrationBound)],
  ["contentSound", contentSound],
  ["dataFreshness", ofOptions(({ maxAgeMs, ...of }: FreshnessParams) => dataFreshness({ maxAge: maxAgeMs, ...of }))],
  ["dataValidated", dataValidated],
  ["fairnessBound", ofOptions(fairnessBound)],
  ["featureServiceCompatible", featureServiceCompatible],
  ["latencyBudget", ofOptions(latencyBudget)],
  ["lineageComplete", lineageComplete],
  ["modelCard", ofOptions(modelCard)],
  ["noLeakage", ofOptions(noLeakage)],
  ["noSliceRegression", ofMetric(noSliceRegression)],
  ["originCertified", ofOptions(originCertified)],
  ["predictionStability", ofOptions(predictionStability)],
  ["reproducible", ofOptions(reproducible)],
  ["requiresFeatures", requiresFeatures],
  ["rolloutEvidence", rolloutEvidence],
  ["signatureMatches", signatureMatches],
  ["sizeBudget", ofOptions(sizeBudget)],
  ["sliceFloor", ofMetric(sliceFloor)],
  ["threshold", ofMetric(threshold)],
]);

/** The parameters of `dataFreshness`: the age in milliseconds. */
interface FreshnessParams {
  readonly maxAgeMs: number;
  readonly of?: "training" | "evaluation" | "both";
}

function ofOptions<O>(make: (options: O) => Gate): GateFromParams {
  return (text) => make(JSON.parse(text));
}

function ofMetric<O>(make: (metric: string, options: O) => Gate): GateFromParams {
  return (text) => {
    const { metric, ...options } = JSON.parse(text);
    return make(metric, options);
  };
}
