import { portable } from "../../core/math/portable.ts";
import { requireFraction, requireShape } from "../require-argument.ts";
import { differenceOfProducts } from "./difference-of-products.ts";
import { log1pMinus, logPower } from "./log1p-minus.ts";
import { stirlingError } from "./log-gamma.ts";
import { tailIntegral } from "./tail-integral.ts";
import { logComplement, type Tails, tailsOfLogs } from "./tails.ts";

/** The most terms of the series before the integral is cheaper. */
const steps = 500;
/** Where no term is below this much of the one before, the series has not ended after so many steps: 0.94^500 > 501 · 1e-17. */
const tooSlow = 0.94;

/** Options of {@link incompleteBeta}. */
export interface IncompleteBetaOptions {
  /** 1 − x, where it is known better than the subtraction gives: for x next to 1. @default 1 − x */
  readonly complement?: number;
}

/** A point of a beta distribution, with what cancels when it is computed from the rounded x. */
export interface BetaPoint {
  readonly x: number;
  /** 1 − x. */
  readonly y: number;
  /** x·b − y·a: (a + b) times the distance of x from the mean. */
  readonly fromMean: number;
}

/**
 * The regularized incomplete beta function I_x(a, b) (`lower`) and its complement (`upper`): the tails of a Beta(a, b) at x.
 *
 * The series of positive terms x^a y^b/(a B(a, b)) · ₂F₁(a + b, 1; a + 1; x), integration outwards from x where that is slow; with a
 * prefactor written around the mean (C. Loader, 2000), so the shapes may be of any size. The smaller tail has a relative error of
 * about 1e-13.
 *
 * @param a - First shape: from 1e-16 to 1e18. The precision holds from 1e-3 to 1e10 and beyond; next to a smaller shape, where nearly all
 *   lies at an end, the smaller tail may lose its relative precision but is right to 1e-14.
 * @param b - Second shape, likewise.
 * @param x - The point, in [0, 1].
 *
 * @example
 * ```ts
 * import { incompleteBeta } from "sluice/stats";
 * if (Math.abs(incompleteBeta(2, 1, 0.3).lower - 0.09) > 1e-15) throw new Error("I_x(2, 1) is x²");
 * ```
 */
export function incompleteBeta(a: number, b: number, x: number, options: IncompleteBetaOptions = {}): Tails {
  return tailsOfLogs(logIncompleteBeta(a, b, x, options));
}

/**
 * The natural logarithms of both tails of a Beta(a, b) at x, finite where the tails themselves would underflow to 0; −Infinity at the
 * ends, where a tail is 0. Arguments as in {@link incompleteBeta}.
 */
export function logIncompleteBeta(a: number, b: number, x: number, options: IncompleteBetaOptions = {}): Tails {
  requireShape("a", a);
  requireShape("b", b);
  requireFraction("x", x);
  return logBetaTails(a, b, betaPoint(a, b, x, requireFraction("complement", options.complement ?? 1 - x)));
}

/** The point x = 1 − y; the smaller of the two is taken as exact. */
export function betaPoint(a: number, b: number, x: number, y: number): BetaPoint {
  const n = a + b;
  const lost = Math.min(a, b) - (n - Math.max(a, b));
  const fromMean = x <= y ? differenceOfProducts(x, n, a, 1) + x * lost : differenceOfProducts(b, 1, y, n) - y * lost;
  return { x, y, fromMean };
}

/** {@link logIncompleteBeta} at a point whose parts are known. */
export function logBetaTails(a: number, b: number, point: BetaPoint): Tails {
  const { x, y, fromMean } = point;
  if (x === 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  if (y === 0) return { lower: 0, upper: Number.NEGATIVE_INFINITY };
  const front = logBetaDensityAt(a, b, point);
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(0, front + portable.log(lowerRatio(a, b, point)));
    return { lower, upper: logComplement(lower) };
  }
  const upper = Math.min(0, front + portable.log(lowerRatio(b, a, { x: y, y: x, fromMean: -fromMean })));
  return { lower: logComplement(upper), upper };
}

/** The logarithm of the lower tail at a point, and its slope in ln(x/y): of the tail as it is summed, since both may be huge. */
export function logLowerBeta(a: number, b: number, point: BetaPoint): { readonly log: number; readonly slope: number } {
  if (point.x > 0 && point.x < (a + 1) / (a + b + 2)) {
    const ratio = lowerRatio(a, b, point);
    return { log: Math.min(0, logBetaDensityAt(a, b, point) + portable.log(ratio)), slope: 1 / ratio };
  }
  const log = logBetaTails(a, b, point).lower;
  return { log, slope: portable.exp(logBetaDensityAt(a, b, point) - log) };
}

/** ln [x^a y^b / B(a, b)] for y = 1 − x: the density of ln(x/y). */
export function logBetaDensity(a: number, b: number, x: number, y: number): number {
  return logBetaDensityAt(a, b, betaPoint(a, b, x, y));
}

/** {@link logBetaDensity} at a point whose parts are known. */
export function logBetaDensityAt(a: number, b: number, { x, y, fromMean }: BetaPoint): number {
  const n = a + b;
  return (
    logPower(a, fromMean, x / (a / n)) +
    logPower(b, -fromMean, y / (b / n)) +
    0.5 * (portable.log(Math.min(a, b)) + portable.log(Math.max(a, b) / n) - 1.8378770664093456) +
    (stirlingError(n) - stirlingError(a) - stirlingError(b))
  );
}

/** I_x(a, b) over that density, for x up to about the mean. */
function lowerRatio(a: number, b: number, { x, y, fromMean }: BetaPoint): number {
  const factor = (k: number): number => (x * (a + b + k - 1)) / (a + k);
  if (Math.min(factor(1), factor(steps)) < tooSlow) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k <= steps; k++) {
      term *= (x * (a + b + k - 1)) / (a + k);
      sum += term;
      if (term <= sum * 1e-17) return sum;
    }
  }
  const ratio = x / y;
  const linear = (fromMean + y - x) / y;
  const log = (v: number): number => (a - 1) * log1pMinus(-v) + (b - 1) * log1pMinus(v * ratio) + v * linear;
  const bend = a + b * ratio * ratio;
  return tailIntegral(log, Math.min(40 / Math.max(-linear, 1), Math.sqrt(80 / bend)), 1) / y;
}
