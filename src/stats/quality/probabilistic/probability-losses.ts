import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOpenFraction, requireSameLength } from "../../require-argument.ts";
import { countPositives } from "../binary/labelled-scores.ts";
import { meanOverRows } from "../mean-over-rows.ts";
import type { QualityValue } from "../quality-value.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import { rowBrierLoss, rowLogLoss } from "./row-losses.ts";

/** How {@link logLoss} treats certainty. */
export interface LogLossOptions extends WeightOptions {
  /**
   * Probabilities of what happened count as at least this, since the loss of a certain mistake is infinite; as scikit-learn does.
   * @default 2^-52
   */
  readonly clip?: number;
}

/**
 * The mean logarithmic loss of probabilities for label 1, in nats (the order of rows does not matter: it is summed exactly).
 *
 * `notComputable` without rows and for NaN or values outside [0, 1]; labels other than 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { isNotComputable, logLoss } from "sluice/stats";
 * const loss = logLoss([0.5, 0.5], [0, 1]);
 * if (isNotComputable(loss) || Math.abs(loss.value - Math.LN2) > 1e-12) throw new Error("a coin loses ln 2");
 * ```
 */
export function logLoss(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: LogLossOptions = {},
): QualityValue | NotComputable {
  const clip = requireOpenFraction("clip", options.clip ?? Number.EPSILON);
  return meanLoss("log loss", probabilities, labels, options, (p, label) => rowLogLoss(p, label, clip));
}

/**
 * The Brier score: the mean squared difference of probability and label, in [0, 1] (G. W. Brier, 1950, for two classes); answers as
 * {@link logLoss}.
 */
export function brierScore(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return meanLoss("Brier score", probabilities, labels, options, rowBrierLoss);
}

function meanLoss(
  name: string,
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: WeightOptions,
  loss: (probability: number, label: number) => number,
): QualityValue | NotComputable {
  requireSameLength("probabilities and labels", probabilities, labels);
  countPositives(labels);
  const weights = requireWeights(options, probabilities);
  return (
    checkProbabilities(probabilities) ??
    meanOverRows(name, probabilities.length, weights, (i) => loss(probabilities[i] as number, labels[i] as number))
  );
}

/** Says why values are not probabilities (none, NaN, outside [0, 1]), or `undefined` if they are. */
export function checkProbabilities(probabilities: ArrayLike<number>): NotComputable | undefined {
  if (probabilities.length === 0) return notComputable("empty", "there are no rows");
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] as number;
    if (p >= 0 && p <= 1) continue;
    return Number.isNaN(p)
      ? notComputable("nan", `the probability at index ${i} is NaN`)
      : notComputable("out-of-range", `the probability at index ${i} is ${p}`);
  }
  return undefined;
}
