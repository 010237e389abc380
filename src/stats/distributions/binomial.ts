import { portable } from "../../core/math/portable.ts";
import { requireCount, requireFraction, requireNumber } from "../require-argument.ts";
import { incompleteBeta, logBetaDensity } from "../special/incomplete-beta.ts";

/**
 * The probability of exactly k successes in n trials of chance p (C. Loader, "Fast and accurate computation of binomial
 * probabilities", 2000): relative precision near 1e-14 for any size.
 *
 * @example
 * ```ts
 * import { binomialPmf } from "sluice/stats";
 * if (Math.abs(binomialPmf(2, 4, 0.5) - 6 / 16) > 1e-15) throw new Error("6 of 16 ways");
 * ```
 */
export function binomialPmf(k: number, n: number, p: number): number {
  requireCount("k", k);
  requireCount("n", n);
  requireFraction("p", p);
  return k > n ? 0 : binomialPmfOf(k, n, p, 1 - p);
}

/** {@link binomialPmf} for a chance of which the complement is known, k from 0 to n. */
export function binomialPmfOf(k: number, n: number, p: number, q: number): number {
  if (p === 0) return k === 0 ? 1 : 0;
  if (q === 0) return k === n ? 1 : 0;
  if (k === 0) return portable.exp(n * (p < q ? portable.log1p(-p) : portable.log(q)));
  if (k === n) return portable.exp(n * (q < p ? portable.log1p(-q) : portable.log(p)));
  return portable.exp(logBetaDensity(k, n - k, p, q)) * (n / k / (n - k));
}

/** The probability of more than k successes (any number) in n trials of chance p; keeps its relative precision in the tail. */
export function binomialSf(k: number, n: number, p: number): number {
  const whole = checked(k, n, p);
  if (whole < 0 || n === 0) return whole < 0 ? 1 : 0;
  return whole >= n ? 0 : incompleteBeta(whole + 1, n - whole, p).lower;
}

/** The probability of at most k successes (any number) in n trials of chance p. */
export function binomialCdf(k: number, n: number, p: number): number {
  const whole = checked(k, n, p);
  if (whole < 0) return 0;
  return whole >= n ? 1 : incompleteBeta(whole + 1, n - whole, p).upper;
}

function checked(k: number, n: number, p: number): number {
  requireCount("n", n);
  requireFraction("p", p);
  return Math.floor(requireNumber("k", k));
}
