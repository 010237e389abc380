import { SluiceError } from "../../core/errors.ts";

/** How much a failed check weighs; every check has it among its options. */
export interface SeverityOption {
  /** Whether a failure decides about the batch (`error`) or is only reported (`warn`). @default "error" */
  readonly severity?: "error" | "warn";
}

/** Throws `argument/invalid` about a check's option. */
export function refuseOption(found: string, expected: string, fix: string = "Correct the option."): never {
  throw new SluiceError("argument/invalid", { found, expected, fix });
}

/** The severity that was asked for; throws `argument/invalid` for another word. */
export function severityOf(options: SeverityOption): "error" | "warn" {
  const severity = options.severity ?? "error";
  if (severity === "error" || severity === "warn") return severity;
  return refuseOption(`severity ${JSON.stringify(severity)}`, '"error" or "warn"');
}

/** The name of a column; throws `argument/invalid` for anything but a text that is not empty. */
export function requireColumnName<C extends string>(column: C): C {
  const given: unknown = column;
  if (typeof given === "string" && given !== "") return column;
  return refuseOption(`the column ${JSON.stringify(given)}`, "the name of a column");
}

/** A share in [0, 1]; throws `argument/invalid` for anything else. */
export function requireShare(name: string, value: number): number {
  const given: unknown = value;
  if (typeof given === "number" && given >= 0 && given <= 1) return value;
  return refuseOption(
    `${name} ${String(given)}`,
    "a proportion in [0, 1]",
    "Pass 0.98 for 98%, or { rows: 10 } for ten rows.",
  );
}

/** A whole number of at least `least`; throws `argument/invalid` for anything else. */
export function requireWhole(name: string, value: number, least: number = 0): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  return refuseOption(`${name} ${String(value)}`, `a whole number of at least ${least}`);
}
