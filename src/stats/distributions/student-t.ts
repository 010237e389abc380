import { requireNumber, requireOpenFraction, requirePositive } from "../require-argument.ts";
import { logBetaTails } from "../special/incomplete-beta.ts";
import { logBeta } from "../special/log-beta.ts";
import { betaLogit } from "./beta-logit.ts";

/**
 * The probability that Student's t with `dof` degrees of freedom (above 0, fractions allowed) exceeds t (any number or ±∞).
 *
 * @example
 * ```ts
 * import { studentTSf } from "sluice/stats";
 * if (Math.abs(studentTSf(1, 1) - 0.25) > 1e-15) throw new Error("not Cauchy's tail");
 * ```
 */
export function studentTSf(t: number, dof: number): number {
  requireNumber("t", t);
  requirePositive("dof", dof);
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  const tail = upperTail(Math.abs(t), dof);
  return t >= 0 ? tail : 1 - tail;
}

/** The probability that Student's t with `dof` degrees of freedom is at most t. */
export function studentTCdf(t: number, dof: number): number {
  return studentTSf(-t, dof);
}

/** The t that Student's t with `dof` degrees of freedom stays below with the probability `p`, strictly between 0 and 1. */
export function studentTQuantile(p: number, dof: number): number {
  requireOpenFraction("p", p);
  requirePositive("dof", dof);
  return p < 0.5 ? -positiveT(p, dof) : positiveT(1 - p, dof);
}

/** The t that Student's t with `dof` degrees of freedom exceeds with the probability `upper`, strictly between 0 and 1; ±`Infinity` beyond doubles. */
export function studentTIsf(upper: number, dof: number): number {
  requireOpenFraction("upper", upper);
  requirePositive("dof", dof);
  return upper > 0.5 ? -positiveT(1 - upper, dof) : positiveT(upper, dof);
}

/** Beyond 10^10 scaled deviations the tail is a pure power of t, written in logarithms since t² may overflow. */
function upperTail(t: number, dof: number): number {
  const a = dof / 2;
  const scaled = t / Math.sqrt(dof);
  if (scaled > 1e10) return 0.5 * Math.exp(-dof * Math.log(scaled) - Math.log(a) - logBeta(a, 0.5));
  const square = scaled * scaled;
  const x = 1 / (1 + square);
  const point = { x, y: square / (1 + square), fromMean: 0.5 * (1 - t) * (1 + t) * x };
  return 0.5 * Math.exp(logBetaTails(a, 0.5, point).lower);
}

/** The t above which a tail of at most ½ lies; next to 0 by what lies between −t and t, so that t keeps its relative precision. */
function positiveT(tail: number, dof: number): number {
  if (tail === 0.5) return 0;
  const logit = tail > 0.25 ? betaLogit(1 - 2 * tail, 0.5, dof / 2) : -betaLogit(2 * tail, dof / 2, 0.5);
  return Math.exp(logit / 2) * Math.sqrt(dof);
}
