import { normalSf } from "../../distributions/normal.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { countPositives } from "../binary/labelled-scores.ts";
import { checkProbabilities } from "./probability-losses.ts";

/** What {@link spiegelhalterTest} found. */
export interface SpiegelhalterResult {
  /** Standard normal where the probabilities are what they say; above 0 where the Brier score is worse than they promise. */
  readonly z: number;
  /** The two-sided probability of a z as far from 0. */
  readonly pValue: number;
  /** Rows. */
  readonly rows: number;
}

/**
 * Spiegelhalter's test of calibration without bins: whether the Brier score is what the probabilities themselves let expect,
 * z = Σ (y − p)(1 − 2p) / √(Σ (1 − 2p)² p (1 − p)) (D. J. Spiegelhalter, "Probabilistic prediction in patient management and clinical trials", 1986).
 *
 * `notComputable` without rows, for NaN or values outside [0, 1], and when all are 0, ½ or 1, so that nothing can be told; labels other than
 * 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { isNotComputable, spiegelhalterTest } from "sluice/stats";
 * const found = spiegelhalterTest([0.9, 0.9, 0.9, 0.9, 0.1, 0.1], [0, 0, 1, 0, 1, 1]);
 * if (isNotComputable(found) || !(found.pValue < 0.001)) throw new Error("far too sure of itself");
 * ```
 */
export function spiegelhalterTest(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): SpiegelhalterResult | NotComputable {
  requireSameLength("probabilities and labels", probabilities, labels);
  countPositives(labels);
  const unfit = checkProbabilities(probabilities);
  if (unfit !== undefined) return unfit;
  const rows = labels.length;
  let [excess, variance] = [0, 0];
  for (let i = 0; i < rows; i++) {
    const p = probabilities[i] as number;
    excess += ((labels[i] as number) - p) * (1 - 2 * p);
    variance += (1 - 2 * p) ** 2 * p * (1 - p);
  }
  if (!(variance > 0)) return notComputable("zero-denominator", "every probability is 0, ½ or 1");
  const z = excess / Math.sqrt(variance);
  return { z, pValue: 2 * normalSf(Math.abs(z)), rows };
}
