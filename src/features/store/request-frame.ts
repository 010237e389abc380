import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { SluiceError } from "../../core/errors.ts";
import type { InputFrame } from "./frame.ts";
import { inputTable } from "./input-table.ts";

/** Requests as a frame. Errors: `features/invalid-input`. */
export function requestFrame(
  service: ServiceDefinition,
  inputs: readonly FeatureInputRow[],
  atMs: Float64Array,
): InputFrame {
  requireLength("instants in atMs", atMs.length, inputs.length);
  const row = atMs.findIndex((ms) => !Number.isFinite(ms));
  if (row < 0) return { inputs: inputTable(service.input, inputs), atMs };
  throw new SluiceError("features/invalid-input", {
    found: `the instant ${atMs[row]} in row ${row}`,
    expected: "epoch milliseconds",
    fix: "Pass instants as date.getTime() gives them for a valid date.",
  });
}

/** Throws `argument/invalid` unless an option is a number. */
export function requireInstant(option: string, value: unknown): void {
  if (typeof value === "number" && !Number.isNaN(value)) return;
  throw new SluiceError("argument/invalid", {
    found: `${option}: ${typeof value === "string" ? JSON.stringify(value) : String(value)}`,
    expected: "epoch milliseconds",
    fix: "Pass a number, as Date.parse() or date.getTime() gives it.",
  });
}

/** Throws `features/invalid-input` where arrays do not belong together. */
export function requireLength(what: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new SluiceError("features/invalid-input", {
    found: `${found} ${what}`,
    expected: `${expected}`,
    fix: "Pass arrays that belong to the same rows.",
  });
}
