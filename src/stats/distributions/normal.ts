import { portable } from "../../core/math/portable.ts";
import { requireNumber, requireOpenFraction } from "../require-argument.ts";
import { incompleteGamma, logIncompleteGamma } from "../special/incomplete-gamma.ts";

/**
 * The probability that a standard normal exceeds z (any number or ±∞); keeps its relative precision to z = 37.
 *
 * @example
 * ```ts
 * import { normalSf } from "sluice/stats";
 * if (Math.abs(normalSf(1.96) - 0.0249978951482204) > 1e-15) throw new Error("not the upper tail");
 * ```
 */
export function normalSf(z: number): number {
  requireNumber("z", z);
  const { lower, upper } = incompleteGamma(0.5, (z * z) / 2);
  return z >= 0 ? 0.5 * upper : 0.5 + 0.5 * lower;
}

/** The probability that a standard normal is at most z. */
export function normalCdf(z: number): number {
  return normalSf(-z);
}

/** The natural logarithm of {@link normalSf}, finite where the tail itself underflows to 0, up to |z| = 1e154; −Infinity beyond. */
export function normalLogSf(z: number): number {
  requireNumber("z", z);
  if (z < 0) return portable.log1p(-normalSf(-z));
  return logIncompleteGamma(0.5, (z * z) / 2).upper - Math.LN2;
}

/**
 * The z that a standard normal exceeds with the probability `upper`, strictly between 0 and 1.
 *
 * @example
 * ```ts
 * import { normalIsf } from "sluice/stats";
 * if (Math.abs(normalIsf(0.025) - 1.959963984540054) > 1e-14) throw new Error("not the 97.5% quantile");
 * ```
 */
export function normalIsf(upper: number): number {
  requireOpenFraction("upper", upper);
  return upper > 0.5 ? -refine(1 - upper) : refine(upper);
}

/** The z that a standard normal stays below with the probability `p`, strictly between 0 and 1. */
export function normalQuantile(p: number): number {
  requireOpenFraction("p", p);
  return p < 0.5 ? -refine(p) : refine(1 - p);
}

const logRootTwoPi = 0.9189385332046728;

/**
 * Newton's steps from the rational start of Abramowitz & Stegun 26.2.23 (error below 4.5e-4), for a tail of at most ½: on the
 * logarithm of the tail, or next to the middle on what lies between 0 and z, so that z keeps its relative precision there too.
 */
function refine(tail: number): number {
  if (tail === 0.5) return 0;
  const log = portable.log(tail);
  if (tail > 0.25) {
    const middle = 0.5 - tail;
    let z = middle * 2.5066282746310002;
    for (let i = 0; i < 6; i++)
      z -= (incompleteGamma(0.5, (z * z) / 2).lower / 2 - middle) * portable.exp((z * z) / 2 + logRootTwoPi);
    return z;
  }
  const t = Math.sqrt(-2 * log);
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 4; i++) {
    const logSf = normalLogSf(z);
    const hazard = portable.exp((-z * z) / 2 - logRootTwoPi - logSf);
    const step = (logSf - log) / hazard;
    z += step;
    if (Math.abs(step) < 1e-9 * z) break;
  }
  return z;
}
