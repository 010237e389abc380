import { portable } from "../../core/math/portable.ts";
import { requireNumber, requireOpenFraction, requirePositive, requireShape } from "../require-argument.ts";
import { logBetaTails } from "../special/incomplete-beta.ts";
import { logBeta } from "../special/log-beta.ts";
import { betaLogit } from "./beta-logit.ts";

/**
 * The probability that Student's t with `dof` degrees of freedom (1e-16 and more, fractions allowed) exceeds t (any number or ±∞).
 *
 * @example
 * ```ts
 * import { studentTSf } from "sluice/stats";
 * if (Math.abs(studentTSf(1, 1) - 0.25) > 1e-15) throw new Error("not Cauchy's tail");
 * ```
 */
export function studentTSf(t: number, dof: number): number {
  requireNumber("t", t);
  const tail = upperTail(Math.abs(t), checkedDof(dof));
  return t >= 0 ? tail : 1 - tail;
}

/** The probability that Student's t with `dof` degrees of freedom is at most t. */
export function studentTCdf(t: number, dof: number): number {
  return studentTSf(-t, dof);
}

/** The t that Student's t with `dof` degrees of freedom stays below with the probability `p`, strictly between 0 and 1. */
export function studentTQuantile(p: number, dof: number): number {
  requireOpenFraction("p", p);
  const checked = checkedDof(dof);
  return p < 0.5 ? -positiveT(p, checked) : positiveT(1 - p, checked);
}

/** The t that Student's t with `dof` degrees of freedom exceeds with the probability `upper`, strictly between 0 and 1; ±`Infinity` beyond doubles. */
export function studentTIsf(upper: number, dof: number): number {
  requireOpenFraction("upper", upper);
  const checked = checkedDof(dof);
  return upper > 0.5 ? -positiveT(1 - upper, checked) : positiveT(upper, checked);
}

/** Above 1e18 degrees of freedom t is normal, to the precision of doubles. */
function checkedDof(dof: number): number {
  return requireShape("dof", Math.min(1e18, requirePositive("dof", dof)));
}

/** Beyond 10^10 scaled deviations the tail is a pure power of t, written in logarithms since t² may overflow. */
function upperTail(t: number, dof: number): number {
  if (t === Number.POSITIVE_INFINITY) return 0;
  const a = dof / 2;
  const scaled = t / Math.sqrt(dof);
  if (scaled > 1e10) {
    const logScaled = portable.log(t) - 0.5 * portable.log(dof);
    return 0.5 * portable.exp(-dof * logScaled - portable.log(a) - logBeta(a, 0.5));
  }
  const square = scaled * scaled;
  const x = 1 / (1 + square);
  const point = { x, y: square / (1 + square), fromMean: 0.5 * (1 - t) * (1 + t) * x };
  return 0.5 * portable.exp(logBetaTails(a, 0.5, point).lower);
}

/** The t above which a tail of at most ½ lies; next to 0 by what lies between −t and t, so that t keeps its relative precision. */
function positiveT(tail: number, dof: number): number {
  if (tail === 0.5) return 0;
  const logit = tail > 0.25 ? betaLogit(1 - 2 * tail, 0.5, dof / 2) : -betaLogit(2 * tail, dof / 2, 0.5);
  return portable.exp(logit / 2) * Math.sqrt(dof);
}
