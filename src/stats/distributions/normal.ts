import { requireNumber, requireOpenFraction } from "../require-argument.ts";
import { erfc } from "../special/erfc.ts";

/**
 * The probability that a standard normal exceeds z; keeps its relative precision to z = 37.
 *
 * @example
 * ```ts
 * import { normalSf } from "sluice/stats";
 * if (Math.abs(normalSf(1.96) - 0.0249978951482204) > 1e-15) throw new Error("not the upper tail");
 * ```
 */
export function normalSf(z: number): number {
  requireNumber("z", z);
  return 0.5 * erfc(z / Math.SQRT2);
}

/** The probability that a standard normal is at most z. */
export function normalCdf(z: number): number {
  return normalSf(-z);
}

/** The z that a standard normal exceeds with the probability `upper`, strictly between 0 and 1. */
export function normalIsf(upper: number): number {
  requireOpenFraction("upper", upper);
  if (upper > 0.5) return -normalIsf(1 - upper);
  return upper === 0.5 ? 0 : refine(upper);
}

/** The z that a standard normal stays below with the probability `p`, strictly between 0 and 1. */
export function normalQuantile(p: number): number {
  requireOpenFraction("p", p);
  if (p === 0.5) return 0;
  return p < 0.5 ? -refine(p) : refine(1 - p);
}

/** Halley's steps from the rational start of Abramowitz & Stegun 26.2.23 (error below 4.5e-4), for a tail of at most ½. */
function refine(tail: number): number {
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 3; i++) {
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const step = (normalSf(z) - tail) / density;
    if (!Number.isFinite(step)) return z;
    z += step / (1 - (z * step) / 2);
  }
  return z;
}
