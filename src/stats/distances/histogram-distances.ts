import { isNotComputable, type NotComputable } from "../not-computable.ts";
import type { Distance, DistanceMetric } from "./distance.ts";
import { type PairedShares, pairedShares } from "./paired-shares.ts";

/**
 * The total variation distance ½ Σ |p − q| of two histograms over the same cells, in [0, 1]: the share of rows that must move;
 * `notComputable` when a side is empty.
 *
 * @example
 * ```ts
 * import { isNotComputable, totalVariation } from "sluice/stats";
 * const result = totalVariation([50, 50], [75, 25]);
 * if (isNotComputable(result) || result.value !== 0.25) throw new Error("a quarter of the mass has moved");
 * ```
 */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): Distance | NotComputable {
  return measure("totalVariation", reference, current, ({ difference }) => {
    let sum = 0;
    for (let i = 0; i < difference.length; i++) sum += Math.abs(difference[i] as number);
    return sum / 2;
  });
}

/**
 * The largest difference of shares max |p − q| over the same cells, in [0, 1]; `notComputable` when a side is empty.
 *
 * @example
 * ```ts
 * import { isNotComputable, lInfinity } from "sluice/stats";
 * const result = lInfinity([50, 25, 25], [25, 50, 25]);
 * if (isNotComputable(result) || result.value !== 0.25) throw new Error("no share has moved by more than a quarter");
 * ```
 */
export function lInfinity(reference: ArrayLike<number>, current: ArrayLike<number>): Distance | NotComputable {
  return measure("lInfinity", reference, current, ({ difference }) => {
    let largest = 0;
    for (let i = 0; i < difference.length; i++) largest = Math.max(largest, Math.abs(difference[i] as number));
    return largest;
  });
}

/**
 * The Hellinger distance √(½ Σ (√p − √q)²) over the same cells, in [0, 1]; nearly equal shares keep their relative accuracy;
 * `notComputable` when a side is empty.
 *
 * @example
 * ```ts
 * import { hellinger, isNotComputable } from "sluice/stats";
 * const result = hellinger([1, 0], [0, 1]);
 * if (isNotComputable(result) || result.value !== 1) throw new Error("nothing in common is 1");
 * ```
 */
export function hellinger(reference: ArrayLike<number>, current: ArrayLike<number>): Distance | NotComputable {
  return measure("hellinger", reference, current, ({ p, q, difference }) => {
    let sum = 0;
    for (let i = 0; i < p.length; i++) {
      const roots = Math.sqrt(p[i] as number) + Math.sqrt(q[i] as number);
      if (roots > 0) sum += ((difference[i] as number) / roots) ** 2;
    }
    return Math.sqrt(sum / 2);
  });
}

function measure(
  metric: DistanceMetric,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  distance: (shares: PairedShares) => number,
): Distance | NotComputable {
  const shares = pairedShares(reference, current);
  if (isNotComputable(shares)) return shares;
  return { metric, value: Math.min(1, distance(shares)), n: shares.n, m: shares.m };
}
