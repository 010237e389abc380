import { requireCount, requireFraction } from "../require-argument.ts";
import { ksMatrixCdf } from "./ks-matrix-cdf.ts";
import { ksPassageSf } from "./ks-passage-sf.ts";
import { ksPelzGoodCdf } from "./ks-pelz-good-cdf.ts";
import { ksOneSidedSf } from "./ks-one-sided-sf.ts";

/**
 * The probability that the one-sample Kolmogorov–Smirnov distance of n values exceeds d in [0, 1].
 *
 * Up to n = 140 exact, to about 1e-12 relative. Beyond, as R. Simard and P. L'Ecuyer, "Computing the two-sided Kolmogorov–Smirnov
 * distribution", 2011: twice the one-sided tail where n·d² is at least 2.2 (too large by less than 2e-6 relative), else the
 * Marsaglia–Tsang–Wang matrix and the Pelz–Good expansion (within 3e-5 relative).
 *
 * @example
 * ```ts
 * import { ksOneSampleSf } from "sluice/stats";
 * if (Math.abs(ksOneSampleSf(0.5, 2) - 0.5) > 1e-15) throw new Error("wrong");
 * ```
 */
export function ksOneSampleSf(d: number, n: number): number {
  requireCount("n", n, 1);
  requireFraction("d", d);
  const reach = n * d;
  if (reach <= 0.5) return 1;
  if (d >= 1) return 0;
  if (reach >= n - 1) return 2 * (1 - d) ** n;
  const square = reach * d;
  if (d >= 0.5 || square >= (n <= 140 ? 7 : 2.2)) return Math.min(1, 2 * ksOneSidedSf(d, n));
  if (n <= 140) return ksPassageSf(d, n);
  return Math.min(1, Math.max(0, 1 - (n <= 100_000 && n * d ** 1.5 <= 1.4 ? ksMatrixCdf(d, n) : ksPelzGoodCdf(d, n))));
}
