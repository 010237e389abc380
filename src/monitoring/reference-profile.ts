import { SluiceError } from "../core/errors.ts";
import { optionalArgument, requireArgument, requireMade } from "../core/known-arguments.ts";
import { binCounter } from "../stats/binning/bin-counter.ts";
import { quantileBins } from "../stats/binning/numeric-bins.ts";
import type { NumericBins } from "../stats/binning/reference-bins.ts";
import { isNotComputable } from "../stats/not-computable.ts";
import { cellState, type Column, type ColumnWithTag } from "../table/column.ts";
import { anyColumnOf, type Table } from "../table/table.ts";

/** What a model's inputs and outputs looked like when it was made: bins frozen on them, with their counts. */
export interface ReferenceProfile {
  readonly schema: 1;
  /** Frozen bins by column name. */
  readonly columns: { readonly [name: string]: NumericBins };
}

const tableMade = {
  what: "a table",
  by: "makeTable() and ws.data.read() give it",
  members: { columns: "object" },
} as const;

/**
 * Profiles the named numeric columns of a table (all numeric ones by default): at most 10 quantile bins each, and slots for values
 * below, above, NaN and missing. Columns without any finite value are left out. Errors: `argument/invalid`, `table/type-mismatch`, `data/missing-column`.
 */
export function profileOf(table: Table, names?: readonly string[]): ReferenceProfile {
  requireMade("profileOf()", table, tableMade);
  optionalArgument("profileOf()", "names", names, "list");
  const columns: { [name: string]: NumericBins } = {};
  for (const name of names ?? numericNames(table)) {
    requireArgument("profileOf()", "a column's name", name, "text");
    const bins = quantileBins(asSample(anyColumnOf(table, name), name));
    if (!isNotComputable(bins)) columns[name] = bins;
  }
  return { schema: 1, columns };
}

/** Counts a window's cells over frozen bins; `present[i]` = 0 marks a missing cell. */
export function countCells(bins: NumericBins, values: Float64Array, present: Uint8Array): Float64Array {
  const counter = binCounter(bins);
  for (let row = 0; row < values.length; row++) counter.add(present[row] === 1 ? (values[row] ?? null) : null);
  return counter.counts();
}

/** A profile as bytes. */
export function encodeProfile(profile: ReferenceProfile): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(profile));
}

/** A profile from bytes. Errors: `metadata/failed` for another version. */
export function decodeProfile(bytes: Uint8Array): ReferenceProfile {
  const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (isProfile(parsed)) return parsed;
  throw new SluiceError("metadata/failed", {
    found: "a reference profile of an unknown version",
    expected: "version 1",
    fix: "Use the version of sluice that armed the monitor, or arm it again.",
  });
}

function isProfile(value: unknown): value is ReferenceProfile {
  return typeof value === "object" && value !== null && "schema" in value && value.schema === 1 && "columns" in value;
}

function numericNames(table: Table): readonly string[] {
  return Object.entries(table.columns).flatMap(([name, column]) => (isNumeric(column) ? [name] : []));
}

type NumericColumn = ColumnWithTag<"f64" | "i32" | "bool" | "instant">;

function isNumeric(column: Column): column is NumericColumn {
  return column.tag === "f64" || column.tag === "i32" || column.tag === "bool" || column.tag === "instant";
}

function asSample(
  column: Column,
  name: string,
): { readonly values: ArrayLike<number>; readonly validity?: Uint8Array } {
  if (!isNumeric(column)) {
    throw new SluiceError("table/type-mismatch", {
      found: `column "${name}" of type ${column.tag}`,
      expected: "a numeric column",
      fix: "Leave it out of the profile.",
    });
  }
  if (column.states === undefined) return { values: column.values };
  const validity = new Uint8Array(Math.ceil(column.states.length / 8));
  for (let row = 0; row < column.states.length; row++) {
    if (column.states[row] === cellState.present) validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return { values: column.values, validity };
}
