import { portable } from "../../../core/math/portable.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOpenFraction, requireSameLength } from "../../require-argument.ts";
import { countPositives } from "../binary/labelled-scores.ts";
import { fitLogistic } from "../calibration/fit-logistic.ts";
import { checkProbabilities } from "./probability-losses.ts";

/** What {@link logisticRecalibration} found: a perfect model has intercept 0, slope 1, and 0 in the large. */
export interface LogisticRecalibration {
  /** a of logit P(label 1) = a + b·logit(p). */
  readonly intercept: number;
  /** b, the calibration slope: below 1 where predictions are too extreme (overfitted), above 1 where they are too timid. */
  readonly slope: number;
  /** Calibration in the large: a with the slope held at 1; above 0 where predictions are too low on average. */
  readonly inTheLarge: number;
  /** The standard error of the slope. */
  readonly slopeStandardError: number;
  /** The standard error of the intercept. */
  readonly interceptStandardError: number;
}

/** How {@link logisticRecalibration} treats certainty. */
export interface LogisticRecalibrationOptions {
  /** Probabilities are moved at least this far from 0 and 1, where the logit is infinite. @default 1e-12 */
  readonly clip?: number;
}

/**
 * Calibration intercept and slope: the logistic regression of labels on the logit of the predicted probabilities (D. R. Cox, 1958; B. Van
 * Calster et al., 2019), by maximum likelihood.
 *
 * `notComputable` without rows, for NaN or values outside [0, 1], with one class only, when all probabilities are equal (`constant`), and
 * when the probabilities separate the classes, so that no finite slope is most likely (`out-of-range`); labels other than 0 and 1 are
 * `argument/invalid`.
 *
 * @example
 * ```ts
 * import { isNotComputable, logisticRecalibration } from "sluice/stats";
 * const said = [0.01, 0.01, 0.01, 0.99, 0.99, 0.99];
 * const found = logisticRecalibration(said, [0, 0, 1, 1, 1, 0]);
 * if (isNotComputable(found) || !(found.slope < 0.2)) throw new Error("far too sure of itself");
 * ```
 */
export function logisticRecalibration(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: LogisticRecalibrationOptions = {},
): LogisticRecalibration | NotComputable {
  const clip = requireOpenFraction("clip", options.clip ?? 1e-12);
  requireSameLength("probabilities and labels", probabilities, labels);
  const positives = countPositives(labels);
  const unfit = checkProbabilities(probabilities);
  if (unfit !== undefined) return unfit;
  if (positives === 0 || positives === labels.length) return notComputable("one-class", "all labels are the same");
  const logits = Float64Array.from({ length: labels.length }, (_, i) => {
    const p = Math.min(1 - clip, Math.max(clip, probabilities[i] as number));
    return portable.log(p) - portable.log1p(-p);
  });
  const separated = separation(logits, labels);
  if (separated !== undefined) return separated;
  const fit = fitLogistic(logits, labels, undefined);
  const level = fitLogistic(new Float64Array(labels.length), labels, undefined, logits);
  if (isNotComputable(fit)) return fit;
  if (isNotComputable(level)) return level;
  return { ...fit, inTheLarge: level.intercept };
}

/** The likelihood has a finite maximum only where the classes overlap on both sides (A. Albert, J. A. Anderson, 1984). */
function separation(logits: Float64Array, labels: ArrayLike<number>): NotComputable | undefined {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  logits.forEach((logit, i) => {
    const label = labels[i] as number;
    low[label] = Math.min(low[label] as number, logit);
    high[label] = Math.max(high[label] as number, logit);
  });
  const [low0, low1] = low as [number, number];
  const [high0, high1] = high as [number, number];
  if (Math.min(low0, low1) === Math.max(high0, high1)) return notComputable("constant", "all probabilities are equal");
  if (low1 < high0 && low0 < high1) return undefined;
  return notComputable("out-of-range", "the probabilities separate the classes: no finite slope is most likely");
}
