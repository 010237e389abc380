import { requireNonNegative } from "../require-argument.ts";

/** What a bracket says about a critical value: `drift`, it is reached for sure; `clear`, it is not; `undecided`, it lies between. */
export type BracketDecision = "drift" | "clear" | "undecided";

/**
 * Compares a distance of which only a bracket is known with a critical value. `undecided` asks for the values themselves (or finer bins);
 * the other two are as sure as the exact distance.
 *
 * @example
 * ```ts
 * import { decideBracket } from "sluice/stats";
 * const bracket = { lower: 0.04, upper: 0.05 };
 * const found = [0.03, 0.045, 0.06].map((critical) => decideBracket(bracket, critical));
 * if (found.join() !== "drift,undecided,clear") throw new Error("wrong");
 * ```
 */
export function decideBracket(
  bracket: { readonly lower: number; readonly upper: number },
  critical: number,
): BracketDecision {
  requireNonNegative("critical", critical);
  if (bracket.lower >= critical) return "drift";
  return bracket.upper < critical ? "clear" : "undecided";
}
