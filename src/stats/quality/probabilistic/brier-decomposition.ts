import { isNotComputable, type NotComputable } from "../../not-computable.ts";
import { scoreSteps } from "../binary/score-steps.ts";
import { brierScore, checkProbabilities } from "./probability-losses.ts";
import { reliabilityCurve } from "./reliability-curve.ts";

/** The Brier score in parts: brier = reliability − resolution + uncertainty + withinBins. */
export interface BrierDecomposition {
  /** The Brier score. */
  readonly brier: number;
  /** How far the predictions of a group are from what happened in it: 0 is perfectly calibrated. */
  readonly reliability: number;
  /** How far what happened in the groups is from what happened over all: higher is better. */
  readonly resolution: number;
  /** What no model can change: share · (1 − share) of label 1. */
  readonly uncertainty: number;
  /** What the groups hide: 0 (up to rounding) where a group is one distinct probability. */
  readonly withinBins: number;
  /** Groups. */
  readonly groups: number;
  /** Rows. */
  readonly rows: number;
}

/** How {@link brierDecomposition} groups. */
export interface BrierDecompositionOptions {
  /** Equal parts of [0, 1]. @default each distinct probability is a group, as Murphy's identity needs */
  readonly bins?: number;
}

/**
 * Murphy's decomposition of the Brier score (A. H. Murphy, 1973), over distinct probabilities or over bins; with bins there is a rest
 * within them (D. B. Stephenson, C. A. S. Coelho, I. T. Jolliffe, 2008).
 *
 * `notComputable` without rows and for NaN or values outside [0, 1]; labels other than 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { brierDecomposition, isNotComputable } from "sluice/stats";
 * const found = brierDecomposition([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 0]);
 * if (isNotComputable(found) || Math.abs(found.reliability - (0.04 + 0.09) / 2) > 1e-12) throw new Error("0.2 and 0.3 off");
 * ```
 */
export function brierDecomposition(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: BrierDecompositionOptions = {},
): BrierDecomposition | NotComputable {
  const brier = brierScore(probabilities, labels);
  if (isNotComputable(brier)) return brier;
  const groups =
    options.bins === undefined ? distinct(probabilities, labels) : binned(probabilities, labels, options.bins);
  if (isNotComputable(groups)) return groups;
  const { rows } = brier;
  let positives = 0;
  for (const group of groups) positives += group.positives;
  const share = positives / rows;
  let [reliability, resolution] = [0, 0];
  for (const group of groups) {
    const observed = group.positives / group.rows;
    reliability += (group.rows / rows) * (group.probability - observed) ** 2;
    resolution += (group.rows / rows) * (observed - share) ** 2;
  }
  const uncertainty = share * (1 - share);
  const withinBins = brier.value - (reliability - resolution + uncertainty);
  return { brier: brier.value, reliability, resolution, uncertainty, withinBins, groups: groups.length, rows };
}

interface Group {
  readonly probability: number;
  readonly rows: number;
  readonly positives: number;
}

function distinct(probabilities: ArrayLike<number>, labels: ArrayLike<number>): readonly Group[] | NotComputable {
  const steps = scoreSteps(probabilities, labels);
  if (isNotComputable(steps)) return steps;
  const { thresholds, truePositives, falsePositives } = steps;
  return Array.from(thresholds, (probability, i) => {
    const positives = (truePositives[i] as number) - (truePositives[i - 1] ?? 0);
    return { probability, positives, rows: positives + (falsePositives[i] as number) - (falsePositives[i - 1] ?? 0) };
  });
}

function binned(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins: number,
): readonly Group[] | NotComputable {
  const curve = reliabilityCurve(probabilities, labels, { bins });
  if (isNotComputable(curve)) return curve;
  return curve.map(({ meanProbability, rows, positives }) => ({ probability: meanProbability, rows, positives }));
}

/**
 * The sharpness of probabilities: their variance (divisor n). 0 for a model that always says the same; worth having only if calibrated.
 *
 * `notComputable` without rows and for NaN or values outside [0, 1].
 */
export function sharpness(probabilities: ArrayLike<number>): number | NotComputable {
  const unfit = checkProbabilities(probabilities);
  if (unfit !== undefined) return unfit;
  const { length } = probabilities;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += probabilities[i] as number;
  let squares = 0;
  for (let i = 0; i < length; i++) squares += ((probabilities[i] as number) - sum / length) ** 2;
  return squares / length;
}
