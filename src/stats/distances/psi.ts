import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import type { Distance } from "./distance.ts";
import { pairedShares, type Smoothing } from "./paired-shares.ts";

/** How {@link psi} and {@link kullbackLeibler} treat empty cells. */
export interface SmoothingOptions {
  /** What stands in for a share of 0. @default { pseudocount: 0.5 } */
  readonly smoothing?: Smoothing;
}

/** What {@link psi} and {@link kullbackLeibler} do without being asked. */
export const defaultSmoothing: Smoothing = { pseudocount: 0.5 };

/**
 * The population stability index Σ (p − q) ln(p/q) of two histograms over the same cells; natural logarithm, at least 0 (H. Jeffreys'
 * divergence, 1946).
 *
 * Cells that are empty on both sides do not count. Nearly equal shares keep their relative accuracy. A fixed limit such as 0.1 or 0.2 means
 * something else at every sample size: judge it by {@link distanceNull}. `notComputable` when a side is empty, or a share is 0 with smoothing
 * switched off.
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
  const shares = pairedShares(reference, current, options.smoothing ?? defaultSmoothing);
  if (isNotComputable(shares)) return shares;
  const { p, q, difference } = shares;
  let value = 0;
  for (let i = 0; i < p.length; i++) {
    value += (difference[i] as number) * logRatio(p[i] as number, q[i] as number, difference[i] as number);
  }
  if (!Number.isFinite(value)) return notComputable("zero-cell", "a cell is empty on one side and smoothing is off");
  return { metric: "psi", value, n: shares.n, m: shares.m, base: "e" };
}

/** ln(p/q) from p, q and p − q, without cancellation where they are nearly equal; infinite where one of them is 0. */
export function logRatio(p: number, q: number, difference: number): number {
  if (Math.abs(difference) <= 0.5 * Math.min(p, q)) {
    return difference >= 0 ? Math.log1p(difference / q) : -Math.log1p(-difference / p);
  }
  return Math.log(p) - Math.log(q);
}
