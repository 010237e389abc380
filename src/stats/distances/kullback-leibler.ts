import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import type { Distance } from "./distance.ts";
import { pairedCounts } from "./paired-counts.ts";
import type { SmoothingOptions } from "./psi.ts";
import { smoothedShares } from "./smoothed-shares.ts";

/**
 * The Kullback–Leibler divergence Σ p ln(p/q) of the reference p from the current q, over the same cells; natural logarithm.
 *
 * `notComputable` when a side is empty, or a cell of the reference is empty in the current data with smoothing switched off.
 */
export function kullbackLeibler(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: SmoothingOptions = {},
): Distance | NotComputable {
  const pair = pairedCounts(reference, current);
  if (isNotComputable(pair)) return pair;
  const smoothing = options.smoothing ?? { pseudocount: 0.5 };
  const p = smoothedShares(pair.reference, pair.n, smoothing);
  const q = smoothedShares(pair.current, pair.m, smoothing);
  let value = 0;
  for (let i = 0; i < p.length; i++) {
    const share = p[i] as number;
    if (share > 0) value += share * Math.log(share / (q[i] as number));
  }
  if (!Number.isFinite(value))
    return notComputable("zero-cell", "a cell of the reference is empty in the current data");
  return { metric: "kullbackLeibler", value, n: pair.n, m: pair.m, base: "e" };
}
