import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { SluiceError } from "../../core/errors.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";
import { namingDefinition } from "../definitions/naming-definition.ts";
import type { InputFrame } from "./frame.ts";
import { inputTable } from "./input-table.ts";
import { requireCalendar } from "./require-calendar.ts";

/** Requests as a frame. Errors: `features/invalid-input`. */
export function requestFrame(
  service: ServiceDefinition,
  inputs: readonly FeatureInputRow[],
  atMs: Float64Array,
): InputFrame {
  return namingDefinition(`feature service "${service.name}"`, () => {
    requireRows(inputs);
    requireInstants(atMs, inputs.length);
    requireCalendar(atMs);
    const table = inputTable(service.input, inputs);
    const checked: string[] = [];
    for (const view of service.views) {
      for (const key in view.keys) {
        if (checked.includes(key)) continue;
        checked.push(key);
        requireKey(service, key, table);
      }
    }
    return { inputs: table, atMs };
  });
}

/** What the types promise, a plain-JavaScript caller may not have passed. */
function requireRows(inputs: unknown): void {
  if (Array.isArray(inputs)) return;
  throw new SluiceError("features/invalid-input", {
    found: "a single request",
    expected: "a list of requests",
    fix: "Pass [request], or read one by online(service, request).",
  });
}

/** Instants of requests come as one array. */
function requireInstants(atMs: unknown, rows: number): void {
  if (atMs instanceof Float64Array && atMs.length === rows) return;
  throw new SluiceError("features/invalid-input", {
    found: atMs instanceof Float64Array ? `${atMs.length} instants in atMs` : `atMs: ${String(atMs)}`,
    expected: `a Float64Array of ${rows}, one instant for each request`,
    fix: "Pass epoch milliseconds, as Float64Array.of(…), or leave atMs out: the clock is read.",
  });
}

/** An empty text or a NaN names nothing: most likely the field was not filled in. */
function requireKey(service: ServiceDefinition, key: string, table: Table): void {
  const column = anyColumnOf(table, key);
  const row =
    column.tag === "utf8"
      ? column.values.indexOf(column.dictionary.indexOf(""))
      : column.tag === "f64"
        ? column.values.findIndex(Number.isNaN)
        : -1;
  if (row < 0) return;
  throw new SluiceError("features/invalid-input", {
    found: `${column.tag === "utf8" ? "an empty" : "a NaN as"} entity key "${key}" in row ${row} of a request of feature service "${service.name}"`,
    expected: "a key that names an entity",
    fix: "Fill it in, or leave the request out.",
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
