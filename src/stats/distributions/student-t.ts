import { requireNumber, requireOpenFraction, requirePositive } from "../require-argument.ts";
import { incompleteBeta } from "../special/incomplete-beta.ts";
import { solveTail } from "./solve-tail.ts";

/** The probability that Student's t with `dof` degrees of freedom (above 0, fractions allowed) exceeds t. */
export function studentTSf(t: number, dof: number): number {
  requireNumber("t", t);
  requirePositive("dof", dof);
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  const square = t * t;
  const half = incompleteBeta(dof / 2, 0.5, dof / (dof + square), square / (dof + square)).lower / 2;
  return t >= 0 ? half : 1 - half;
}

/** The t that Student's t with `dof` degrees of freedom exceeds with the probability `upper`, strictly between 0 and 1. */
export function studentTIsf(upper: number, dof: number): number {
  requireOpenFraction("upper", upper);
  requirePositive("dof", dof);
  if (upper === 0.5) return 0;
  if (upper > 0.5) return -studentTIsf(1 - upper, dof);
  return solveTail((t) => ({ upper: studentTSf(t, dof), lower: studentTSf(-t, dof) }), upper, 1);
}
