import { requireEValue } from "./require-e-value.ts";

/**
 * The p-value of an e-value: min(1, 1/E). Any e-value converts like this, since P(E ≥ 1/α) ≤ α (Markov). For a test that was looked at
 * many times, {@link EValueHistory} gives the p-value of the best look.
 *
 * Throws `argument/invalid` for a negative number or NaN. `Infinity`, the e-value of something impossible, has the p-value 0.
 *
 * @param e - The e-value itself, at least 0; `Math.exp` of what the `logE` functions return.
 *
 * @example
 * ```ts
 * import { eToP } from "sluice/stats";
 * if (eToP(20) !== 0.05 || eToP(0.3) !== 1) throw new Error("wrong");
 * ```
 */
export function eToP(e: number): number {
  return Math.min(1, 1 / requireEValue("e", e));
}
