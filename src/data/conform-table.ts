import type { RowFault } from "../contracts/row-fault.ts";
import type { CellTag } from "../core/cell-type.ts";
import { SluiceError } from "../core/errors.ts";
import { cellState, type Column } from "../table/column.ts";
import { makeTable, type Table } from "../table/table.ts";
import type { SchemaField } from "./schema-field.ts";
import { runZod } from "./zod-verdict.ts";

/** A table with the columns of a schema, and the rows whose values the column types could not hold. */
export interface ConformedTable {
  readonly table: Table;
  readonly faults: readonly RowFault[];
}

/**
 * Brings a table into a schema's columns: their order, their cell types (numbers widen; a 64-bit integer becomes a double where it is safe),
 * and, for a source with a single null, that null as the one of null and absent that the field accepts.
 *
 * Throws `data/missing-column` for a missing column whose field may not be absent, `data/schema-mismatch` for a type that cannot be converted.
 */
export function conformTable(
  table: Table,
  fields: readonly SchemaField[],
  nulls: "exact" | "single",
  sourceColumns: readonly string[] = Object.keys(table.columns),
): ConformedTable {
  const columns: { [name: string]: Column } = {};
  const faults: RowFault[] = [];
  for (const field of fields) {
    const column = table.columns[field.name];
    columns[field.name] =
      column === undefined
        ? absentColumn(field, table, sourceColumns)
        : withNulls(castColumn(field, column, faults), field, nulls);
  }
  return { table: fields.length === 0 ? { rowCount: table.rowCount, columns } : makeTable(columns), faults };
}

function absentColumn(field: SchemaField, table: Table, sourceColumns: readonly string[]): Column {
  if (!runZod(field.schema, undefined).ok) {
    throw new SluiceError("data/missing-column", {
      found: `the columns ${sourceColumns.join(", ")}`,
      expected: `a column "${field.name}"`,
      fix: otherDelimiter(sourceColumns) ?? "Check the source's column names, or make the field optional.",
    });
  }
  return emptyColumn(field.tag, table.rowCount);
}

/** What to do where a header of several names was read as one: the delimiter is another one. */
function otherDelimiter(sourceColumns: readonly string[]): string | undefined {
  const [only] = sourceColumns;
  if (only === undefined || sourceColumns.length > 1) return undefined;
  const delimiter = [";", "\t"].find((character) => only.includes(character));
  if (delimiter === undefined) return undefined;
  return `The header is one field with ${delimiter === ";" ? "semicolons" : "tabs"} in it: pass { delimiter: ${JSON.stringify(delimiter)} }.`;
}

/** A column whose cells are all absent. */
function emptyColumn(tag: CellTag, rows: number): Column {
  const states = new Uint8Array(rows).fill(cellState.absent);
  switch (tag) {
    case "f64":
    case "instant":
      return { tag, values: new Float64Array(rows), states };
    case "i32":
      return { tag, values: new Int32Array(rows), states };
    case "i64":
      return { tag, values: new BigInt64Array(rows), states };
    case "bool":
      return { tag, values: new Uint8Array(rows), states };
    case "utf8":
      return { tag, values: new Int32Array(rows), dictionary: [], states };
  }
}

function castColumn(field: SchemaField, column: Column, faults: RowFault[]): Column {
  if (column.tag === field.tag) return column;
  const states = column.states === undefined ? {} : { states: column.states };
  if (field.tag === "f64" && column.tag === "i32")
    return { tag: "f64", values: Float64Array.from(column.values), ...states };
  if (field.tag === "i64" && column.tag === "i32")
    return { tag: "i64", values: BigInt64Array.from(column.values, BigInt), ...states };
  if (field.tag === "f64" && column.tag === "i64") {
    return convert(column.values, new Float64Array(column.values.length), column, field, faults, (value) => {
      const double = Number(value);
      return Number.isSafeInteger(double) ? double : undefined;
    });
  }
  if (field.tag === "i64" && column.tag === "f64") {
    return convert(column.values, new BigInt64Array(column.values.length), column, field, faults, (value) =>
      Number.isSafeInteger(value) ? BigInt(value) : undefined,
    );
  }
  throw new SluiceError("data/schema-mismatch", {
    found: `column "${field.name}" of type ${column.tag}`,
    expected: `type ${field.tag}, as the schema declares`,
    fix: "Convert the column where it is read (for example by a cast in SQL), or change the schema.",
  });
}

type Output = Float64Array | BigInt64Array;

function convert<V extends number | bigint, W extends number | bigint>(
  from: { readonly length: number; readonly [row: number]: V },
  to: Output & { [row: number]: W },
  column: Column,
  field: SchemaField,
  faults: RowFault[],
  cast: (value: V) => W | undefined,
): Column {
  const states =
    column.states === undefined ? new Uint8Array(from.length).fill(cellState.present) : column.states.slice();
  for (let row = 0; row < from.length; row++) {
    const value = from[row];
    if (states[row] !== cellState.present || value === undefined) continue;
    const converted = cast(value);
    if (converted === undefined) {
      states[row] = cellState.absent;
      faults.push({
        row,
        issues: [
          { path: field.name, code: "out_of_range", message: `${value} cannot be held exactly by type ${field.tag}` },
        ],
      });
    } else to[row] = converted;
  }
  return to instanceof Float64Array ? { tag: "f64", values: to, states } : { tag: "i64", values: to, states };
}

function withNulls(column: Column, field: SchemaField, nulls: "exact" | "single"): Column {
  if (column.states === undefined || nulls === "exact") return column;
  if (runZod(field.schema, null).ok || !runZod(field.schema, undefined).ok) return column;
  return { ...column, states: column.states.map((state) => (state === cellState.null ? cellState.absent : state)) };
}
