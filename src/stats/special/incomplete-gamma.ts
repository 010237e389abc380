import { portable } from "../../core/math/portable.ts";
import { requireNonNegative, requireShape } from "../require-argument.ts";
import { log1pMinus, logPower } from "./log1p-minus.ts";
import { logGamma, logGammaOnePlus, stirlingError } from "./log-gamma.ts";
import { tailIntegral } from "./tail-integral.ts";
import { type Tails, tailsOfLogs, logComplement } from "./tails.ts";

/** The most steps of a series or a continued fraction before the integral is cheaper. */
const steps = 500;
/** Where no term is below this much of the one before, the series has not ended after so many steps: 0.94^500 > 501 · 1e-17. */
const tooSlow = 0.94;

/**
 * The regularized incomplete gamma functions P(a, x) (`lower`) and Q(a, x) (`upper`): the tails of a Gamma(a, 1) at x.
 *
 * Series below a + 1, Lentz's continued fraction above (Numerical Recipes 6.2), integration outwards from x where those are slow; with a
 * prefactor written around the mode, so a may be of any size. The smaller tail has a relative error of about 1e-13.
 *
 * @param a - The shape: from 1e-16 to 1e18; the precision holds from 1e-3 to 1e10 and beyond. The logarithm of a tail
 *   next to 1 is right to 1e-14, absolutely.
 * @param x - The point: at least 0; `Infinity` is allowed.
 *
 * @example
 * ```ts
 * import { incompleteGamma } from "sluice/stats";
 * if (Math.abs(incompleteGamma(1, 2).upper - Math.exp(-2)) > 1e-15) throw new Error("not the exponential tail");
 * ```
 */
export function incompleteGamma(a: number, x: number): Tails {
  return tailsOfLogs(logIncompleteGamma(a, x));
}

/**
 * The natural logarithms of both tails of a Gamma(a, 1) at x, finite where the tails themselves would underflow to 0; −Infinity at the
 * ends, where a tail is 0. Arguments as in {@link incompleteGamma}.
 */
export function logIncompleteGamma(a: number, x: number): Tails {
  requireShape("a", a);
  if (x === Number.POSITIVE_INFINITY) return { lower: 0, upper: Number.NEGATIVE_INFINITY };
  requireNonNegative("x", x);
  if (x === 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  const front = logGammaDensity(a, x);
  if (x - a >= 1) {
    const upper = Math.min(0, front + portable.log(upperRatio(a, x)));
    return { lower: logComplement(upper), upper };
  }
  const lower = Math.min(0, front + portable.log(lowerRatio(a, x)));
  return { lower, upper: a < 0.5 && x < 1.5 ? smallShapeUpper(a, x) : logComplement(lower) };
}

/** ln [x^a e^(−x) / Γ(a)]: the density of ln X. */
export function logGammaDensity(a: number, x: number): number {
  if (a < 0.5) return portable.log(a) + a * portable.log(x) - x - logGammaOnePlus(a);
  if (a < 10) return a * portable.log(x) - x - logGamma(a);
  return logPower(a, x - a, x / a) - stirlingError(a) + 0.5 * (portable.log(a) - 1.8378770664093456);
}

/** P(a, x) over that density. */
function lowerRatio(a: number, x: number): number {
  if (x / (a + steps) < tooSlow) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n <= steps; n++) {
      term *= x / (a + n);
      sum += term;
      if (term <= sum * 1e-17) return sum;
    }
  }
  const less = a - 1;
  const linear = x - a + 1;
  const log = (v: number): number => less * log1pMinus(-v) + v * linear;
  return tailIntegral(log, Math.min(40 / Math.max(-linear, 1), Math.sqrt(80 / less)), 1);
}

/** Q(a, x) over that density. */
function upperRatio(a: number, x: number): number {
  if (x > 1e290) return 1 / x; // beyond any shape, and next to the end of the doubles
  let b = x - a + 1;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i <= steps; i++) {
    const an = i * (a - i);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 2e-16) return h;
  }
  const less = a - 1;
  const linear = a - x - 1;
  const log = (v: number): number => less * log1pMinus(v) + v * linear;
  return tailIntegral(log, Math.min(40 / -linear, Math.sqrt(80 / less)), Number.POSITIVE_INFINITY);
}

/** ln Q(a, x) for small a and x, where 1 − P would cancel: both parts of 1 − x^a/Γ(a+1) · Σ a (−x)^k / (k! (a+k)) are of order a. */
function smallShapeUpper(a: number, x: number): number {
  const log = a * portable.log(x) - logGammaOnePlus(a);
  let term = -1;
  let sum = 0;
  for (let k = 1; k < 40; k++) {
    term *= -x / k;
    sum += (a * term) / (a + k);
  }
  return portable.log(-portable.expm1(log) + portable.exp(log) * sum);
}
