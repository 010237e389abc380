import { portable } from "../../core/math/portable.ts";
import { requireCount, requireNonNegative, requireNumber, requireShape } from "../require-argument.ts";
import { incompleteGamma, logGammaDensity } from "../special/incomplete-gamma.ts";

/** The probability of exactly k events (a whole number) where `mean` (at least 0) are expected. */
export function poissonPmf(k: number, mean: number): number {
  requireCount("k", k);
  if (requireNonNegative("mean", mean) === 0) return k === 0 ? 1 : 0;
  return k === 0 ? portable.exp(-mean) : portable.exp(logGammaDensity(k, mean)) / k;
}

/** The probability of more than k events (a number below 1e18, or `Infinity`) where `mean` are expected; keeps its relative precision in the tail. */
export function poissonSf(k: number, mean: number): number {
  requireNonNegative("mean", mean);
  if (requireNumber("k", k) < 0) return 1;
  return k === Number.POSITIVE_INFINITY ? 0 : incompleteGamma(requireShape("k + 1", Math.floor(k) + 1), mean).lower;
}

/** The probability of at most k events (a number below 1e18, or `Infinity`) where `mean` are expected. */
export function poissonCdf(k: number, mean: number): number {
  requireNonNegative("mean", mean);
  if (requireNumber("k", k) < 0) return 0;
  return k === Number.POSITIVE_INFINITY ? 1 : incompleteGamma(requireShape("k + 1", Math.floor(k) + 1), mean).upper;
}
