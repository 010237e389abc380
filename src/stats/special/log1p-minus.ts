import { portable } from "../../core/math/portable.ts";

/**
 * ln(1 + x) − x for x > −1, without the cancellation near 0 (the atanh series below |x| = 0.5).
 *
 * It is the exponent of every gamma, beta and binomial density written around its mode, which keeps those exact for huge parameters.
 */
export function log1pMinus(x: number): number {
  if (Math.abs(x) > 0.5) return portable.log1p(x) - x;
  const r = x / (2 + x);
  const y = r * r;
  let term = 2 * y;
  let sum = 0;
  for (let k = 3; k < 100; k += 2) {
    const next = sum + term / k;
    if (next === sum) break;
    sum = next;
    term *= y;
  }
  return r * (sum - x);
}

/** a·(ln ratio − u) where ratio = 1 + u and u = `excess`/a: by the series next to 1, by the logarithm of the ratio far from it. */
export function logPower(a: number, excess: number, ratio: number): number {
  const u = excess / a;
  return Math.abs(u) <= 0.5 ? a * log1pMinus(u) : a * portable.log(ratio) - excess;
}
