import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import type { Distance } from "./distance.ts";
import { pairedCounts } from "./paired-counts.ts";
import { type Smoothing, smoothedShares } from "./smoothed-shares.ts";

/** How {@link psi} and {@link kullbackLeibler} treat empty cells. */
export interface SmoothingOptions {
  /** What stands in for a share of 0. @default { pseudocount: 0.5 } */
  readonly smoothing?: Smoothing;
}

/**
 * The population stability index Σ (p − q) ln(p/q) of two histograms over the same cells; natural logarithm, at least 0.
 *
 * Cells that are empty on both sides do not count. A fixed limit such as 0.1 or 0.2 means something else at every sample size: judge
 * it by {@link distanceNull}. `notComputable` when a side is empty, or a share is 0 with smoothing switched off.
 *
 * @example
 * ```ts
 * import { isNotComputable, psi } from "sluice/stats";
 * const same = psi([100, 200, 300], [10, 20, 30]);
 * const moved = psi([100, 200, 300], [300, 200, 100]);
 * if (isNotComputable(same) || isNotComputable(moved) || same.value > 0.01 || moved.value < 0.5) throw new Error("wrong");
 * ```
 */
export function psi(
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
    const a = p[i] as number;
    const b = q[i] as number;
    value += (a - b) * Math.log(a / b);
  }
  if (!Number.isFinite(value)) return notComputable("zero-cell", "a cell is empty on one side and smoothing is off");
  return { metric: "psi", value, n: pair.n, m: pair.m, base: "e" };
}
