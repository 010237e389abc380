import { requireCount, requireFraction } from "../require-argument.ts";
import { logBetaDensity } from "../special/incomplete-beta.ts";

/**
 * The probability of exactly k successes in n trials of chance p (C. Loader, "Fast and accurate computation of binomial
 * probabilities", 2000): relative precision near 1e-14 for any size.
 */
export function binomialPmf(k: number, n: number, p: number, q: number = 1 - p): number {
  requireCount("k", k);
  requireCount("n", n);
  requireFraction("p", p);
  if (k > n) return 0;
  if (p === 0) return k === 0 ? 1 : 0;
  if (q === 0) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  return Math.exp(logBetaDensity(k, n - k, p, q)) * (n / (k * (n - k)));
}
