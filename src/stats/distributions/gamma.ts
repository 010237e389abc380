import { portable } from "../../core/math/portable.ts";
import { requireNumber, requireOpenFraction, requirePositive, requireShape } from "../require-argument.ts";
import { incompleteGamma, logGammaDensity, logIncompleteGamma } from "../special/incomplete-gamma.ts";
import { logGammaOnePlus, logGamma } from "../special/log-gamma.ts";
import { normalIsf } from "./normal.ts";
import { solveLogTail } from "./solve-log-tail.ts";

/** Options of the gamma distribution. */
export interface GammaOptions {
  /** What the values are divided by, in their unit: the mean is shape × scale. @default 1 */
  readonly scale?: number;
}

/** The probability that a gamma variable of this shape (from 1e-16 to 1e18) exceeds x (any number; 1 up to 0). */
export function gammaSf(x: number, shape: number, options: GammaOptions = {}): number {
  return incompleteGamma(shape, scaled(x, options)).upper;
}

/** The probability that a gamma variable of this shape is at most x. */
export function gammaCdf(x: number, shape: number, options: GammaOptions = {}): number {
  return incompleteGamma(shape, scaled(x, options)).lower;
}

/**
 * The x that a gamma variable of this shape stays below with the probability `p`, strictly between 0 and 1; 0 where it is smaller than
 * any double.
 *
 * @example
 * ```ts
 * import { gammaQuantile } from "sluice/stats";
 * if (Math.abs(gammaQuantile(0.5, 1) - Math.LN2) > 1e-15) throw new Error("not the median of the exponential");
 * ```
 */
export function gammaQuantile(p: number, shape: number, options: GammaOptions = {}): number {
  requireOpenFraction("p", p);
  const { scale = 1 } = options;
  const side = p <= 0.5 ? "lower" : "upper";
  return requirePositive("scale", scale) * gammaSolve(side, p <= 0.5 ? p : 1 - p, shape);
}

/** The x that a gamma variable of this shape exceeds with the probability `upper`, strictly between 0 and 1. */
export function gammaIsf(upper: number, shape: number, options: GammaOptions = {}): number {
  requireOpenFraction("upper", upper);
  const { scale = 1 } = options;
  const side = upper <= 0.5 ? "upper" : "lower";
  return requirePositive("scale", scale) * gammaSolve(side, upper <= 0.5 ? upper : 1 - upper, shape);
}

function scaled(x: number, { scale = 1 }: GammaOptions): number {
  return Math.max(0, requireNumber("x", x)) / requirePositive("scale", scale);
}

/** The x at which a tail of at most ½ of the unscaled variable has this probability, solved for ln x. */
function gammaSolve(side: "lower" | "upper", tail: number, shape: number): number {
  requireShape("shape", shape);
  const target = portable.log(tail);
  const start = side === "lower" ? lowerStart(target, tail, shape) : upperStart(target, tail, shape);
  if (start < -700) return portable.exp(start);
  const sign = side === "lower" ? 1 : -1;
  const at = (w: number): { log: number; slope: number } => {
    const x = portable.exp(Math.min(w, 709));
    const log = logIncompleteGamma(shape, x)[side];
    return { log, slope: sign * portable.exp(logGammaDensity(shape, x) - log) };
  };
  return portable.exp(solveLogTail(at, target, start));
}

/** ln of the root of x^a/Γ(a + 1), which is at most the quantile and equal to it for small x; for the bulk Wilson and Hilferty's. */
function lowerStart(target: number, tail: number, shape: number): number {
  const power = (target + (shape < 0.5 ? logGammaOnePlus(shape) : logGamma(shape) + portable.log(shape))) / shape;
  return shape < 2 ? power : Math.max(power, cubeStart(-normalIsf(tail), shape));
}

/** For shapes up to 1 the upper tail is at most e^(−x). */
function upperStart(target: number, tail: number, shape: number): number {
  return shape <= 1 ? portable.log(-target) : cubeStart(normalIsf(tail), shape);
}

/** E. B. Wilson and M. M. Hilferty, 1931: the cube root of a gamma variable is nearly normal. */
function cubeStart(z: number, shape: number): number {
  const spread = 1 / (9 * shape);
  return portable.log(shape) + 3 * portable.log(Math.max(1e-3, 1 - spread + z * Math.sqrt(spread)));
}
