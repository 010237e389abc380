import { SluiceError } from "../../core/errors.ts";
import { requireNonNegative, requireSameLength } from "../require-argument.ts";
import { requireEValue } from "./require-e-value.ts";

/** How {@link averageE} weighs. */
export interface AverageEOptions {
  /** A weight of at least 0 for each, fixed before looking; only their proportions count. @default all equal */
  readonly weights?: ArrayLike<number>;
}

/**
 * One e-value from several: their average, which is an e-value of "all null hypotheses hold" whatever the dependence between them
 * (V. Vovk and R. Wang, "E-values: calibration, combination and applications", Annals of Statistics 2021). Averages of e-processes may be
 * looked at at any time.
 *
 * 1, no evidence, for an empty list. Throws `argument/invalid` for a negative e-value or NaN, and for weights that are all 0.
 *
 * @param eValues - E-values themselves, at least 0.
 *
 * @example
 * ```ts
 * import { averageE, productE } from "sluice/stats";
 * if (averageE([30, 0.5, 2.5]) !== 11) throw new Error("wrong");
 * if (productE([30, 0.5, 2]) !== 30) throw new Error("wrong");
 * ```
 */
export function averageE(eValues: ArrayLike<number>, options: AverageEOptions = {}): number {
  const { weights } = options;
  if (weights !== undefined) requireSameLength("eValues and weights", eValues, weights);
  if (eValues.length === 0) return 1;
  let heaviest = 0;
  for (let i = 0; i < eValues.length; i++) {
    heaviest = Math.max(
      heaviest,
      requireNonNegative(`weights[${i}]`, weights?.[i] ?? (weights === undefined ? 1 : NaN)),
    );
  }
  if (heaviest === 0) {
    throw new SluiceError("argument/invalid", {
      found: "weights that are all 0",
      expected: "a weight above 0",
      fix: "Leave the weights out to weigh all alike.",
    });
  }
  // Weights relative to the heaviest, e-values relative to the largest: nothing overflows on the way.
  let total = 0;
  let largest = 0;
  for (let i = 0; i < eValues.length; i++) {
    const weight = (weights?.[i] ?? 1) / heaviest;
    total += weight;
    const e = requireEValue(`eValues[${i}]`, eValues[i] as number);
    if (weight > 0) largest = Math.max(largest, e);
  }
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  const shrink = largest > 1e290 ? 2 ** -64 : 1;
  let sum = 0;
  for (let i = 0; i < eValues.length; i++) {
    const weight = (weights?.[i] ?? 1) / heaviest;
    if (weight > 0) sum += weight * ((eValues[i] as number) * shrink);
  }
  return Math.min(largest, sum / total / shrink);
}

/**
 * One e-value from several *independent* ones: their product, which grows fastest when all have some evidence. The same holds for e-values
 * that were gained one after the other, each valid given the past (consecutive rollouts, steps of one rollout). For dependent ones use
 * {@link averageE}.
 *
 * 1, no evidence, for an empty list; 0 if any is 0; `Infinity` beyond the largest double. Throws `argument/invalid` for a negative one or NaN.
 *
 * @param eValues - E-values themselves, at least 0.
 */
export function productE(eValues: ArrayLike<number>): number {
  const whole: Scaled = { factor: 1, power: 0 };
  let infinite = false;
  for (let i = 0; i < eValues.length; i++) {
    const e = requireEValue(`eValues[${i}]`, eValues[i] as number);
    if (e === Number.POSITIVE_INFINITY) infinite = true;
    else multiply(whole, e);
  }
  if (whole.factor === 0) return 0;
  if (infinite) return Number.POSITIVE_INFINITY;
  let product = whole.factor;
  for (let p = whole.power; p > 0 && product < Number.POSITIVE_INFINITY; p--) product *= scale;
  for (let p = whole.power; p < 0 && product > 0; p++) product /= scale;
  return product;
}

/** factor × scale^power: partial products may leave the range of doubles where the whole does not. */
interface Scaled {
  factor: number;
  power: number;
}

const scale = 2 ** 256;

function multiply(product: Scaled, by: number): void {
  let rest = by;
  for (; rest > scale; rest /= scale) product.power++;
  for (; rest > 0 && rest < 1 / scale; rest *= scale) product.power--;
  product.factor *= rest;
  for (; product.factor > scale; product.factor /= scale) product.power++;
  for (; product.factor > 0 && product.factor < 1 / scale; product.factor *= scale) product.power--;
}
