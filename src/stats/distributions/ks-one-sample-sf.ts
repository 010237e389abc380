import { requireCount, requireFraction } from "../require-argument.ts";
import { binomialPmfOf } from "./binomial.ts";
import { ksMatrixCdf } from "./ks-matrix-cdf.ts";
import { ksPelzGoodCdf } from "./ks-pelz-good-cdf.ts";

/**
 * The probability that the one-sample Kolmogorov–Smirnov distance of n values exceeds d in [0, 1].
 *
 * Follows R. Simard and P. L'Ecuyer, "Computing the two-sided Kolmogorov–Smirnov distribution", 2011: closed forms at both ends, twice
 * the one-sided Birnbaum–Tingey sum in the tail, the Marsaglia–Tsang–Wang matrix in the middle for small n, and the Pelz–Good
 * expansion for large n. Precision about 1e-10 for n ≤ 140, 3e-5 relative beyond; in the tail of n > 100,000 the one-sided limit
 * with its first correction is used.
 */
export function ksOneSampleSf(d: number, n: number): number {
  requireCount("n", n, 1);
  requireFraction("d", d);
  const t = n * d;
  if (t <= 0.5) return 1;
  if (d >= 1) return 0;
  if (t >= n - 1) return 2 * (1 - d) ** n;
  if (d >= 0.5) return clip(2 * oneSidedSf(d, n));
  const square = t * d;
  if (n <= 140) return clip(square > 4 ? 2 * oneSidedSf(d, n) : 1 - ksMatrixCdf(d, n));
  if (square >= 2.2) return clip(2 * oneSidedSf(d, n));
  return clip(1 - (n <= 100_000 && n * d ** 1.5 <= 1.4 ? ksMatrixCdf(d, n) : ksPelzGoodCdf(d, n)));
}

/** The Birnbaum–Tingey sum: every term is positive, so nothing cancels. */
function oneSidedSf(d: number, n: number): number {
  if (n > 100_000) return Math.exp(-((6 * n * d + 1) ** 2) / (18 * n));
  let sum = (1 - d) ** n / d;
  for (let j = 1; j <= Math.floor(n * (1 - d)); j++) {
    const chance = d + j / n;
    const rest = (n - j) / n - d;
    if (rest > 0) sum += binomialPmfOf(j, n, chance, rest) / chance;
  }
  return d * sum;
}

function clip(p: number): number {
  return Math.min(1, Math.max(0, p));
}
