import { type NotComputable, notComputable } from "../not-computable.ts";
import type { NumericProfile } from "./numeric-profile.ts";
import { requireSameBins } from "./require-same-bins.ts";

/** Between which two numbers a Kolmogorov–Smirnov distance lies. */
export interface KsBracket {
  /** The name of the distance. */
  readonly metric: "ksD";
  /** D is at least this: the largest distance of the two distribution functions at an edge. */
  readonly lower: number;
  /** D is at most this, wherever in their bins the values are. */
  readonly upper: number;
  /** Values on the reference side, without NaN and missing ones. */
  readonly n: number;
  /** Values on the current side, without NaN and missing ones. */
  readonly m: number;
}

/**
 * Between which two numbers the Kolmogorov–Smirnov distance D of two columns lies, from their profiles: D is never outside. Where a side has
 * nothing but the upper edge in a bin, its step is known, so over bins of one distinct value each both numbers are D. NaN and missing
 * values are left out; infinite ones are ordinary ends of the order. Judge it by {@link decideBracket}.
 *
 * For a bin with the distribution functions (F, G) before it and (F′, G′) behind it, F − G inside is at most F′ − G, and G − F at most
 * G′ − F. `notComputable` when a side is empty. Throws `argument/invalid` for profiles over different bins.
 *
 * @example
 * ```ts
 * import { decideBracket, isNotComputable, ksBracket, NumericProfile, quantileBins } from "sluice/stats";
 * const bins = quantileBins({ values: [1, 2, 3, 4] });
 * if (isNotComputable(bins)) throw new Error(bins.detail);
 * const reference = new NumericProfile(bins);
 * const current = new NumericProfile(bins);
 * reference.addAll({ values: [1, 2, 3, 4] });
 * current.addAll({ values: [3, 4, 4, 9] });
 * const bracket = ksBracket(reference, current);
 * if (isNotComputable(bracket) || bracket.lower !== 0.5 || bracket.upper !== 0.5) throw new Error("D is 1/2");
 * if (decideBracket(bracket, 0.6) !== "clear") throw new Error("below 0.6 for sure");
 * ```
 */
export function ksBracket(reference: NumericProfile, current: NumericProfile): KsBracket | NotComputable {
  requireSameBins(reference, current);
  const { n } = reference;
  const m = current.n;
  if (n === 0) return notComputable("empty", "the reference has no values");
  if (m === 0) return notComputable("empty", "the current data has no values");
  const p = reference.counts();
  const q = current.counts();
  let i = 0;
  let j = 0;
  let lower = 0;
  let upper = 0;
  for (let slot = 0; slot < p.length - 2; slot++) {
    const iAfter = i + (p[slot] as number);
    const jAfter = j + (q[slot] as number);
    // Slot 0 and the last one have no upper edge that values could lie on.
    const inner = slot > 0 && slot < p.length - 3;
    if (!inner || reference.isSpread(slot - 1)) upper = Math.max(upper, iAfter * m - j * n);
    if (!inner || current.isSpread(slot - 1)) upper = Math.max(upper, jAfter * n - i * m);
    lower = Math.max(lower, Math.abs(iAfter * m - jAfter * n));
    i = iAfter;
    j = jAfter;
  }
  return { metric: "ksD", lower: lower / (n * m), upper: Math.max(lower, upper) / (n * m), n, m };
}
