import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireCount, requireSameLength } from "../../require-argument.ts";
import type { ClassLabel } from "../multiclass/class-label.ts";
import { type ClassScores, type ClassScoresOptions, classScores } from "../multiclass/class-scores.ts";
import { requireScore } from "./platt.ts";
import { requireModel } from "./require-model.ts";

/** A fitted temperature, plain and safe to store as JSON: probabilities are the softmax of logits / temperature. */
export interface TemperatureModel {
  /** What kind of record this is. */
  readonly kind: "temperature";
  /** The version of this record. */
  readonly version: 1;
  /** Above 1 where the logits are too sure, below 1 where they are too timid. */
  readonly temperature: number;
}

/**
 * Fits temperature scaling (C. Guo, G. Pleiss, Y. Sun, K. Weinberger, 2017): the one divisor of the logits with the least log loss. It
 * never changes which class is the most likely.
 *
 * @param logits - Rows × classes, row after row.
 *
 * `notComputable` without rows, for NaN and infinite logits, and when no finite temperature above 0 is best (`out-of-range`): every row's
 * class has the highest logit, or the logits are no better than chance. `argument/invalid` when sizes do not fit and for a class without
 * a column.
 *
 * @example
 * ```ts
 * import { applyTemperature, fitTemperature, isNotComputable } from "sluice/stats";
 * const logits = [9, 0, 9, 0, 0, 9, 9, 0];
 * const model = fitTemperature(logits, [0, 0, 1, 1]);
 * if (isNotComputable(model) || !(model.temperature > 5)) throw new Error("right in three of four, and far too sure");
 * if (Math.abs((applyTemperature(model, logits, { classes: 2 })[0] ?? 0) - 0.75) > 1e-9) throw new Error("three of four");
 * ```
 */
export function fitTemperature(
  logits: ArrayLike<number>,
  actual: ArrayLike<ClassLabel>,
  options: ClassScoresOptions = {},
): TemperatureModel | NotComputable {
  const checked = classScores(logits, actual, options);
  if (isNotComputable(checked)) return checked;
  let largest = 0;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, Math.abs(logits[i] as number));
  if (largest === Number.POSITIVE_INFINITY) return notComputable("infinite", "a logit is infinite");
  if (largest === 0) return notComputable("constant", "all logits are 0");
  if (allFirst(logits, checked)) return notComputable("out-of-range", "every class has the highest logit of its row");
  const slope = (factor: number): number => lossSlope(logits, checked, factor / largest);
  if (slope(0) >= 0) return notComputable("out-of-range", "the logits are no better than chance");
  let high = 1;
  while (slope(high) < 0) {
    high *= 4;
    if (high > 2 ** 60) return notComputable("out-of-range", "the logits differ too little for a temperature above 0");
  }
  let low = 0;
  for (let step = 0; step < 200; step++) {
    const middle = low / 2 + high / 2;
    if (middle <= low || middle >= high) break;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  const temperature = largest / high;
  if (!(temperature > 0 && Number.isFinite(temperature)))
    return notComputable("out-of-range", "the temperature is beyond the range of doubles");
  return { kind: "temperature", version: 1, temperature };
}

/** Probabilities, rows × classes as the logits; `argument/invalid` for a NaN or infinite logit, another size and another record. */
export function applyTemperature(
  model: TemperatureModel,
  logits: ArrayLike<number>,
  options: { readonly classes: number },
): Float64Array {
  const classes = requireCount("classes", options?.classes, 1);
  const rows = Math.floor(logits.length / classes);
  requireSameLength("logits and rows × classes", logits, { length: rows * classes });
  const { temperature } = requireModel(
    model,
    "temperature",
    "a finite temperature above 0",
    (found) => found.temperature > 0 && Number.isFinite(found.temperature),
  );
  const probabilities = Float64Array.from({ length: logits.length }, (_, i) => requireScore(logits, i));
  for (let row = 0; row < rows; row++) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const most = own.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    own.forEach((logit, j) => {
      own[j] = Math.exp((logit - most) / temperature);
      sum += own[j] as number;
    });
    own.forEach((value, j) => {
      own[j] = value / sum;
    });
  }
  return probabilities;
}

/** Whether no class has a higher logit than the actual one, in any row: then the loss falls for ever as the logits grow. */
function allFirst(logits: ArrayLike<number>, { classes, truth }: ClassScores): boolean {
  return truth.every((own, row) => {
    const score = logits[row * classes + own] as number;
    for (let j = 0; j < classes; j++) if ((logits[row * classes + j] as number) > score) return false;
    return true;
  });
}

/** The slope of the mean log loss along the factor of the logits: it never falls. */
function lossSlope(logits: ArrayLike<number>, { classes, truth }: ClassScores, factor: number): number {
  let slope = 0;
  for (let row = 0; row < truth.length; row++) {
    const start = row * classes;
    let most = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < classes; j++) most = Math.max(most, logits[start + j] as number);
    const own = logits[start + (truth[row] as number)] as number;
    let [sum, moment] = [0, 0];
    for (let j = 0; j < classes; j++) {
      const logit = logits[start + j] as number;
      const share = Math.exp(factor * (logit - most));
      sum += share;
      moment += share * (logit - own);
    }
    slope += moment / sum / truth.length;
  }
  return slope;
}
