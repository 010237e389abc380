import { requireOpenFraction, requirePositive } from "../require-argument.ts";
import { incompleteGamma } from "../special/incomplete-gamma.ts";
import { normalIsf } from "./normal.ts";
import { solveTail } from "./solve-tail.ts";

/** The probability that a chi-squared variable with `dof` degrees of freedom (above 0, any size) exceeds x (at least 0). */
export function chiSquaredSf(x: number, dof: number): number {
  return incompleteGamma(requirePositive("dof", dof) / 2, x / 2).upper;
}

/** The x that a chi-squared variable with `dof` degrees of freedom exceeds with the probability `upper`, strictly between 0 and 1. */
export function chiSquaredIsf(upper: number, dof: number): number {
  requireOpenFraction("upper", upper);
  requirePositive("dof", dof);
  const spread = 2 / (9 * dof);
  const start = dof * Math.max(1e-3, 1 - spread + normalIsf(upper) * Math.sqrt(spread)) ** 3;
  return solveTail((x) => incompleteGamma(dof / 2, x / 2), upper, start);
}
