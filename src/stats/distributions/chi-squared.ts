import { requireNonNegative, requireShape } from "../require-argument.ts";
import { gammaCdf, gammaIsf, gammaQuantile, gammaSf } from "./gamma.ts";

/**
 * The probability that a chi-squared variable with `dof` degrees of freedom (from 2e-16 to 2e18) exceeds x (at least 0, `Infinity` allowed).
 *
 * @example
 * ```ts
 * import { chiSquaredSf } from "sluice/stats";
 * if (Math.abs(chiSquaredSf(3.84, 1) - 0.0500435212487052) > 1e-14) throw new Error("not the upper tail");
 * ```
 */
export function chiSquaredSf(x: number, dof: number): number {
  return gammaSf(checked(x), half(dof), { scale: 2 });
}

/** The probability that a chi-squared variable with `dof` degrees of freedom is at most x (at least 0, `Infinity` allowed). */
export function chiSquaredCdf(x: number, dof: number): number {
  return gammaCdf(checked(x), half(dof), { scale: 2 });
}

/** The x that a chi-squared variable with `dof` degrees of freedom stays below with the probability `p`, strictly between 0 and 1. */
export function chiSquaredQuantile(p: number, dof: number): number {
  return gammaQuantile(p, half(dof), { scale: 2 });
}

/** The x that a chi-squared variable with `dof` degrees of freedom exceeds with the probability `upper`, strictly between 0 and 1. */
export function chiSquaredIsf(upper: number, dof: number): number {
  return gammaIsf(upper, half(dof), { scale: 2 });
}

/** The shape of the gamma variable that it is, within the bounds of shapes. */
function half(dof: number): number {
  return requireShape("dof / 2", dof / 2);
}

function checked(x: number): number {
  return x === Number.POSITIVE_INFINITY ? x : requireNonNegative("x", x);
}
