import { requireNonNegative, requirePositive } from "../require-argument.ts";
import { log1pMinus } from "./log1p-minus.ts";
import { logGamma, stirlingError } from "./log-gamma.ts";

/** Both tails of a distribution at one point; each is computed for itself, so neither underflows into 1 − 1. */
export interface Tails {
  /** The probability of being at or below the point. */
  readonly lower: number;
  /** The probability of being above the point. */
  readonly upper: number;
}

/**
 * The regularized incomplete gamma functions P(a, x) (`lower`) and Q(a, x) (`upper`): the tails of a Gamma(a, 1) at x.
 *
 * Series below a + 1, Lentz's continued fraction above (Numerical Recipes 6.2), with a prefactor written around the mode so that a
 * may be as large as 1e10.
 *
 * @param a - The shape: above 0, finite.
 * @param x - The point: at least 0; `Infinity` is allowed.
 */
export function incompleteGamma(a: number, x: number): Tails {
  requirePositive("a", a);
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  requireNonNegative("x", x);
  if (x === 0) return { lower: 0, upper: 1 };
  const front = Math.exp(logPrefactor(a, x));
  if (x < a + 1) {
    const lower = Math.min(1, front * lowerSeries(a, x));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, front * a * upperFraction(a, x));
  return { lower: 1 - upper, upper };
}

/** ln [x^a e^(−x) / Γ(a + 1)]. */
function logPrefactor(a: number, x: number): number {
  if (a < 10) return a * Math.log(x) - x - logGamma(a + 1);
  return a * log1pMinus((x - a) / a) - stirlingError(a) - 0.5 * Math.log(2 * Math.PI * a);
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; ; i++) {
    const an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 2e-16) return h;
  }
}
