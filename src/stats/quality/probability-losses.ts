import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireOpenFraction, requireSameLength } from "../require-argument.ts";
import { countPositives } from "./labelled-scores.ts";

/** A mean loss over rows. */
export interface MeanLoss {
  /** The mean: lower is better. */
  readonly value: number;
  /** Rows it is the mean of. */
  readonly rows: number;
}

/** How {@link logLoss} treats certainty. */
export interface LogLossOptions {
  /** Probabilities are moved at least this far from 0 and 1, since the loss of a certain mistake is infinite. @default 1e-15 */
  readonly clip?: number;
}

/**
 * The mean logarithmic loss of probabilities for label 1, in nats.
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
): MeanLoss | NotComputable {
  const clip = requireOpenFraction("clip", options.clip ?? 1e-15);
  return meanLoss(probabilities, labels, (p, label) => -Math.log(Math.max(clip, label === 1 ? p : 1 - p)));
}

/** The Brier score: the mean squared difference of probability and label, in [0, 1]; answers as {@link logLoss}. */
export function brierScore(probabilities: ArrayLike<number>, labels: ArrayLike<number>): MeanLoss | NotComputable {
  return meanLoss(probabilities, labels, (p, label) => (p - label) ** 2);
}

function meanLoss(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  loss: (probability: number, label: number) => number,
): MeanLoss | NotComputable {
  requireSameLength("probabilities and labels", probabilities, labels);
  countPositives(labels);
  const rows = probabilities.length;
  if (rows === 0) return notComputable("empty", "there are no rows");
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const p = probabilities[i] as number;
    if (Number.isNaN(p)) return notComputable("nan", `the probability at index ${i} is NaN`);
    if (p < 0 || p > 1) return notComputable("out-of-range", `the probability at index ${i} is ${p}`);
    sum += loss(p, labels[i] as number);
  }
  return { value: sum / rows, rows };
}
