import { requireCount } from "../require-argument.ts";
import { logGamma } from "../special/log-gamma.ts";

/** A 2 × 2 table of counts. */
export type TwoByTwo = readonly [readonly [number, number], readonly [number, number]];

/**
 * The two-sided p-value of Fisher's exact test: the sum over all tables with the same margins that are no likelier than this one.
 *
 * An empty margin leaves one possible table, hence 1. Throws `argument/invalid` unless the counts are whole numbers of at least 0.
 *
 * @example
 * ```ts
 * import { fisherExactTest } from "sluice/stats";
 * if (Math.abs(fisherExactTest([[8, 2], [3, 9]]).pValue - 0.0299731228523798) > 1e-12) throw new Error("wrong");
 * ```
 */
export function fisherExactTest(table: TwoByTwo): { readonly pValue: number } {
  const [[a, b], [c, d]] = table;
  for (const [name, count] of Object.entries({ a, b, c, d })) requireCount(name, count);
  const least = Math.max(0, a - d);
  const most = Math.min(a + b, a + c);
  const logWeight = (k: number): number =>
    -logGamma(k + 1) - logGamma(a + b - k + 1) - logGamma(a + c - k + 1) - logGamma(d - a + k + 1);
  const observed = logWeight(a);
  let all = 0;
  let extreme = 0;
  for (let k = least; k <= most; k++) {
    const relative = Math.exp(logWeight(k) - observed);
    all += relative;
    if (relative <= 1 + 1e-7) extreme += relative;
  }
  return { pValue: Math.min(1, extreme / all) };
}
