import { requireNonNegative } from "../require-argument.ts";

/**
 * What stands in for a share of 0 under a logarithm.
 *
 * - `{ pseudocount }`: added to every cell before the shares are formed, so they still sum to 1 (0.5 is Jeffreys' prior);
 * - `{ floor }`: an empty cell gets this share and nothing is renormalised, as some peers do.
 */
export type Smoothing = { readonly pseudocount: number } | { readonly floor: number };

/** The shares of a histogram with the {@link Smoothing} applied. */
export function smoothedShares(counts: Float64Array, total: number, smoothing: Smoothing): Float64Array {
  if ("pseudocount" in smoothing) {
    const added = requireNonNegative("pseudocount", smoothing.pseudocount);
    const all = total + added * counts.length;
    return counts.map((count) => (count + added) / all);
  }
  const floor = requireNonNegative("floor", smoothing.floor);
  return counts.map((count) => (count === 0 ? floor : count / total));
}
