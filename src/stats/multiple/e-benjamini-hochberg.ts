import { eToP } from "../sequential/e-to-p.ts";
import { benjaminiHochberg } from "./adjust-p-values.ts";

/**
 * The e-BH procedure (R. Wang and A. Ramdas, "False discovery rate control with e-values", JRSS B 2022) for many guardrails or metrics:
 * alarms at a returned value ≤ α keep the expected share of false ones among the alarms at α, *whatever the dependence* between the tests,
 * where p-values would need the factor of {@link benjaminiYekutieli}. With e-processes it may be applied at any time.
 *
 * The k largest e-values are rejected for the largest k with E₍ₖ₎ ≥ K/(kα). What is returned for each is the smallest α at which it is
 * rejected, at most 1, in the order of the list: the Benjamini–Hochberg adjustment of 1/E.
 *
 * Takes an empty list; throws `argument/invalid` for a negative e-value or NaN.
 *
 * @param eValues - E-values themselves, at least 0: `Math.exp` of what the `logE` functions return.
 *
 * @example
 * ```ts
 * import { eBenjaminiHochberg } from "sluice/stats";
 * const adjusted = eBenjaminiHochberg([80, 0.4, 41, 3]);
 * if (adjusted.map((each) => each <= 0.05).join() !== "true,false,true,false") throw new Error("two of four are discoveries");
 * ```
 */
export function eBenjaminiHochberg(eValues: ArrayLike<number>): number[] {
  return benjaminiHochberg(Array.from(eValues, eToP));
}
