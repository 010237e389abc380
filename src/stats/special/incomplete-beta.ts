import { SluiceError } from "../../core/errors.ts";
import { requireFraction, requirePositive } from "../require-argument.ts";
import type { Tails } from "./incomplete-gamma.ts";
import { log1pMinus } from "./log1p-minus.ts";
import { stirlingError } from "./log-gamma.ts";

/**
 * The regularized incomplete beta function I_x(a, b) (`lower`) and its complement (`upper`): the tails of a Beta(a, b) at x.
 *
 * Lentz's continued fraction (Numerical Recipes 6.4) with a prefactor written around the mode (C. Loader, 2000).
 *
 * @param a - First shape: above 0, finite.
 * @param b - Second shape: above 0, finite.
 * @param x - The point, in [0, 1].
 * @param y - 1 − x; pass it where it is known better than the subtraction gives. @default 1 − x
 */
export function incompleteBeta(a: number, b: number, x: number, y: number = 1 - x): Tails {
  const logs = logIncompleteBeta(a, b, x, y);
  return logs.lower < logs.upper
    ? { lower: Math.exp(logs.lower), upper: -Math.expm1(logs.lower) }
    : { lower: -Math.expm1(logs.upper), upper: Math.exp(logs.upper) };
}

/** The natural logarithms of both tails of a Beta(a, b) at x, finite where the tails themselves would underflow to 0; arguments as in {@link incompleteBeta}. */
export function logIncompleteBeta(a: number, b: number, x: number, y: number = 1 - x): Tails {
  requirePositive("a", a);
  requirePositive("b", b);
  requireFraction("x", x);
  requireFraction("y", y);
  if (x === 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  if (y === 0) return { lower: 0, upper: Number.NEGATIVE_INFINITY };
  const front = logBetaDensity(a, b, x, y);
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(0, front + Math.log(betaFraction(a, b, x) / a));
    return { lower, upper: logComplement(lower) };
  }
  const upper = Math.min(0, front + Math.log(betaFraction(b, a, y) / b));
  return { lower: logComplement(upper), upper };
}

/** ln [x^a y^b / B(a, b)] for y = 1 − x. */
export function logBetaDensity(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const fromMode = x * b - y * a;
  return (
    powerAroundMode(a, fromMode / a, (x * n) / a) +
    powerAroundMode(b, -fromMode / b, (y * n) / b) +
    0.5 * Math.log((a / n) * (b / (2 * Math.PI))) +
    (stirlingError(n) - stirlingError(a) - stirlingError(b))
  );
}

/** a (ln ratio − u) where ratio = 1 + u: by its series next to 1, by its logarithm far from it. */
function powerAroundMode(a: number, u: number, ratio: number): number {
  return Math.abs(u) <= 0.5 ? a * log1pMinus(u) : a * (Math.log(ratio) - u);
}

function logComplement(log: number): number {
  return log > -Math.LN2 ? Math.log(-Math.expm1(log)) : Math.log1p(-Math.exp(log));
}

function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const keep = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / keep(1 - ((a + b) * x) / (a + 1));
  let h = d;
  const limit = 1000 + 20 * Math.ceil(Math.sqrt(Math.max(a, b)));
  for (let m = 1; m <= limit; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / keep(1 + even * d);
    c = keep(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / keep(1 + odd * d);
    c = keep(1 + odd / c);
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < 4e-16) return h;
  }
  throw new SluiceError("argument/invalid", {
    found: `beta parameters ${a} and ${b} at ${x}, where the continued fraction does not converge`,
    expected: "parameters up to about 1e12",
    fix: "Scale the counts down.",
  });
}
