import { SluiceError } from "../../core/errors.ts";
import { foundText } from "../../core/found-text.ts";
import { requireOptions } from "../../core/known-options.ts";

/** Refuses what are no options of a gate, and one that it has not. Errors: `definition/invalid`. */
export function requireGateOptions(
  gate: string,
  options: unknown,
  names: { readonly [name: string]: "optional" | "required" },
): void {
  requireOptions(`the gate ${gate}`, options, names, "definition/invalid");
}

/** A finite number of a gate's options, within bounds. Errors: `definition/invalid`. */
export function requireNumber(
  gate: string,
  option: string,
  value: unknown,
  least: number = Number.NEGATIVE_INFINITY,
  most: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= least && value <= most) return value;
  const to = most === Number.POSITIVE_INFINITY ? "" : ` and at most ${most}`;
  const from = least === Number.NEGATIVE_INFINITY ? "a finite number" : `a finite number of at least ${least}${to}`;
  throw invalidOption(gate, option, value, from, "Give the gate a bound.");
}

/** A text of a gate's options, as the name of a metric or a column. Errors: `definition/invalid`. */
export function requireText(gate: string, option: string, value: unknown): string {
  if (typeof value === "string" && value.trim() !== "" && value.isWellFormed()) return value;
  throw invalidOption(gate, option, value, "a name", "Name it.");
}

/** One of a gate's choices. Errors: `definition/invalid`. */
export function requireChoice<T extends string>(
  gate: string,
  option: string,
  value: unknown,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw invalidOption(gate, option, value, choices.join(", "), "Choose one of them, spelled so.");
}

function invalidOption(gate: string, option: string, value: unknown, expected: string, fix: string): SluiceError {
  const shown = typeof value === "number" || typeof value === "bigint" ? String(value) : foundText(value);
  return new SluiceError("definition/invalid", { found: `${option} ${shown} of the gate ${gate}`, expected, fix });
}
