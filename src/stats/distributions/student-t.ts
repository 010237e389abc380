import { requireNumber, requireOpenFraction, requirePositive } from "../require-argument.ts";
import { incompleteBeta } from "../special/incomplete-beta.ts";
import { logGamma } from "../special/log-gamma.ts";
import { normalSf } from "./normal.ts";
import { solveTail } from "./solve-tail.ts";

/** The probability that Student's t with `dof` degrees of freedom (above 0, fractions allowed) exceeds t. */
export function studentTSf(t: number, dof: number): number {
  requireNumber("t", t);
  requirePositive("dof", dof);
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  const tail = upperTail(Math.abs(t), dof);
  return t >= 0 ? tail : 1 - tail;
}

/** Beyond 10^10 scaled deviations the tail is a pure power of t, written in logarithms since t² may overflow. */
function upperTail(t: number, dof: number): number {
  if (dof > 1e18) return normalSf(t);
  const a = dof / 2;
  const scaled = t / Math.sqrt(dof);
  if (scaled > 1e10) {
    const logBeta = logGamma(a) + logGamma(0.5) - logGamma(a + 0.5);
    return 0.5 * Math.exp(-dof * Math.log(scaled) - Math.log(a) - logBeta);
  }
  const square = scaled * scaled;
  return incompleteBeta(a, 0.5, 1 / (1 + square), square / (1 + square)).lower / 2;
}

/** The t that Student's t with `dof` degrees of freedom exceeds with the probability `upper`, strictly between 0 and 1. */
export function studentTIsf(upper: number, dof: number): number {
  requireOpenFraction("upper", upper);
  requirePositive("dof", dof);
  if (upper === 0.5) return 0;
  if (upper > 0.5) return -studentTIsf(1 - upper, dof);
  return solveTail((t) => ({ upper: studentTSf(t, dof), lower: studentTSf(-t, dof) }), upper, 1);
}
