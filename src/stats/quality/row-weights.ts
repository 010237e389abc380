import { SluiceError } from "../../core/errors.ts";
import { requireSameLength } from "../require-argument.ts";

/** Weights of rows, as the losses, the regression errors, the confusions and the calibrations take them. */
export interface WeightOptions {
  /** One weight a row, finite and at least 0: a row of weight 2 counts as two rows. @default every row counts 1 */
  readonly weights?: ArrayLike<number>;
}

/** Returns the weights of `rows`, or `undefined` where all count 1; `argument/invalid` for another length, and for a negative or non-finite weight. */
export function requireWeights(options: WeightOptions, rows: ArrayLike<unknown>): ArrayLike<number> | undefined {
  const { weights } = options;
  if (weights === undefined) return undefined;
  requireSameLength("rows and weights", rows, weights);
  for (let i = 0; i < weights.length; i++) requireWeight(weights[i] as number, i);
  return weights;
}

/** Throws `argument/invalid` unless a weight is finite and at least 0. */
export function requireWeight(weight: number, index?: number): void {
  if (weight >= 0 && weight < Number.POSITIVE_INFINITY) return;
  throw new SluiceError("argument/invalid", {
    found: `the weight ${weight}${index === undefined ? "" : ` at index ${index}`}`,
    expected: "a finite number of at least 0",
    fix: "Leave rows without a weight out, or give them weight 0.",
  });
}
