import { requireNonNegative, requirePositive } from "../require-argument.ts";
import { incompleteBeta } from "../special/incomplete-beta.ts";

/** The probability that an F variable with `dof1` and `dof2` degrees of freedom (each above 0) exceeds f (at least 0). */
export function fSf(f: number, dof1: number, dof2: number): number {
  requirePositive("dof1", dof1);
  requirePositive("dof2", dof2);
  if (f === Number.POSITIVE_INFINITY) return 0;
  requireNonNegative("f", f);
  const scaled = dof1 * f;
  return incompleteBeta(dof2 / 2, dof1 / 2, dof2 / (dof2 + scaled), scaled / (dof2 + scaled)).lower;
}
