import { energyDistance } from "../distances/energy-distance.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import {
  type PermutationOptions,
  type PermutationPValue,
  permutationPValue,
  permutedSplits,
} from "./permuted-splits.ts";
import { largestMagnitude, powerOfTwoScale } from "./power-of-two-scale.ts";
import { sortedOrder } from "./sorted-order.ts";

/** What {@link energyTest} found. */
export interface EnergyTestResult extends PermutationPValue {
  /** n·m/(n + m) times the squared energy distance, in the unit of the values. */
  readonly statistic: number;
  /** The energy distance, as {@link energyDistance} has it. */
  readonly distance: number;
  /** Rows of the first sample. */
  readonly n: number;
  /** Rows of the second sample. */
  readonly m: number;
}

/**
 * The energy test: is the energy distance of two samples larger than chance explains? (G. J. Székely and M. L. Rizzo, "Testing for equal
 * distributions in high dimension", 2004, in one dimension.) It sees any difference of shape and is good with ties; values count by
 * how far apart they are, so that it also reacts to a few far outliers.
 *
 * All rows are sorted once, and each split is one pass over them. `notComputable` for an empty sample and for NaN or infinite values;
 * where all values are equal the distance is 0 and the p-value 1.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { energyTest, isNotComputable } from "sluice/stats";
 * const result = energyTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], { random: seededRandom(7) });
 * if (isNotComputable(result) || Math.abs(result.pValue - 2 / 252) > 1e-12) throw new Error("2 of 252 splits are as far apart");
 * ```
 */
export function energyTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PermutationOptions,
): EnergyTestResult | NotComputable {
  const distance = energyDistance(x, y);
  if (isNotComputable(distance)) return distance;
  const n = x.length;
  const m = y.length;
  const statistic = distance.value ** 2 * (n / (n + m)) * m;
  if (!Number.isFinite(statistic)) return notComputable("out-of-range", "the distance is beyond the largest double");
  const pooled = new Float64Array(n + m);
  pooled.set(x);
  pooled.set(y, n);
  const order = sortedOrder(pooled);
  const gaps = gapsBetween(pooled, order);
  const observed = area(new Uint8Array(n + m).fill(1, 0, n), order, gaps, n, m) * (1 - 1e-12);
  const splits = permutedSplits(n, m, options);
  let extreme = 0;
  for (const mask of splits.masks) if (area(mask, order, gaps, n, m) >= observed) extreme++;
  return { statistic, distance: distance.value, ...permutationPValue(extreme, splits), n, m };
}

/** How far each value is from the next larger one, scaled so that nothing overflows. */
function gapsBetween(pooled: Float64Array, order: Uint32Array): Float64Array {
  const scale = powerOfTwoScale(largestMagnitude(pooled));
  const gaps = new Float64Array(order.length - 1);
  for (let k = 0; k < gaps.length; k++) {
    gaps[k] = (pooled[order[k + 1] as number] as number) * scale - (pooled[order[k] as number] as number) * scale;
  }
  return gaps;
}

/** ∫ (F − G)² of the rows that the mask gives to the first sample and of the others. */
function area(mask: Uint8Array, order: Uint32Array, gaps: Float64Array, n: number, m: number): number {
  let i = 0;
  let sum = 0;
  for (let k = 0; k < gaps.length; k++) {
    i += mask[order[k] as number] as number;
    const difference = i / n - (k + 1 - i) / m;
    sum += (gaps[k] as number) * difference * difference;
  }
  return sum;
}
