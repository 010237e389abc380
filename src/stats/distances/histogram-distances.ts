import { isNotComputable, type NotComputable } from "../not-computable.ts";
import type { Distance, DistanceMetric } from "./distance.ts";
import { type PairedCounts, pairedCounts } from "./paired-counts.ts";

/**
 * The total variation distance ½ Σ |p − q| of two histograms over the same cells, in [0, 1]; `notComputable` when a side is empty.
 *
 * @example
 * ```ts
 * import { isNotComputable, totalVariation } from "sluice/stats";
 * const result = totalVariation([50, 50], [75, 25]);
 * if (isNotComputable(result) || result.value !== 0.25) throw new Error("a quarter of the mass has moved");
 * ```
 */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): Distance | NotComputable {
  return measure("totalVariation", reference, current, (pair) => {
    let sum = 0;
    for (let i = 0; i < pair.reference.length; i++) sum += Math.abs(difference(pair, i));
    return sum / 2;
  });
}

/** The largest difference of shares max |p − q| over the same cells, in [0, 1]; `notComputable` when a side is empty. */
export function lInfinity(reference: ArrayLike<number>, current: ArrayLike<number>): Distance | NotComputable {
  return measure("lInfinity", reference, current, (pair) => {
    let largest = 0;
    for (let i = 0; i < pair.reference.length; i++) largest = Math.max(largest, Math.abs(difference(pair, i)));
    return largest;
  });
}

/** The Hellinger distance √(½ Σ (√p − √q)²) over the same cells, in [0, 1]; `notComputable` when a side is empty. */
export function hellinger(reference: ArrayLike<number>, current: ArrayLike<number>): Distance | NotComputable {
  return measure("hellinger", reference, current, (pair) => {
    let sum = 0;
    for (let i = 0; i < pair.reference.length; i++) {
      const p = (pair.reference[i] as number) / pair.n;
      const q = (pair.current[i] as number) / pair.m;
      sum += (Math.sqrt(p) - Math.sqrt(q)) ** 2;
    }
    return Math.sqrt(sum / 2);
  });
}

function difference(pair: PairedCounts, cell: number): number {
  return (pair.reference[cell] as number) / pair.n - (pair.current[cell] as number) / pair.m;
}

function measure(
  metric: DistanceMetric,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  distance: (pair: PairedCounts) => number,
): Distance | NotComputable {
  const pair = pairedCounts(reference, current);
  if (isNotComputable(pair)) return pair;
  return { metric, value: Math.min(1, distance(pair)), n: pair.n, m: pair.m };
}
