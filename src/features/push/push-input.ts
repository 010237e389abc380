import type { Table as ArrowTable } from "apache-arrow";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { CellTag, ColumnType, ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { absentColumn } from "../../table/absent-column.ts";
import { cellAt } from "../../table/cell-at.ts";
import { type Column, isListColumn, isPresent } from "../../table/column.ts";
import { jsonAt } from "../../table/json-text.ts";
import { requireInstantsInCalendar } from "../store/require-calendar.ts";
import { namingDefinition } from "../definitions/naming-definition.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { cellAdder, type RowObject, tableFromRows } from "../../table/table-from-rows.ts";

/** Rows to push: a table of ours, an Arrow table, or plain objects. */
export type PushInput = Table | ArrowTable | readonly RowObject[];

/** Copies an Arrow table. */
export type ReadArrow = (table: ArrowTable) => Promise<Table>;

/** Rows of a dataset, as pushed. */
export interface PushedRows {
  readonly table: Table;
  /** Whether null and absent are told apart; Arrow has one null, which stands for whichever of the two the schema accepts. */
  readonly nulls: "exact" | "single";
}

/** Reads what was pushed, numbers in the column types of the dataset. Errors: `table/type-mismatch`, `data/missing-column`, `argument/invalid`. */
export async function readPushed(
  source: DatasetDefinition,
  input: PushInput,
  readArrow: ReadArrow | undefined,
): Promise<PushedRows> {
  const conformed = (read: () => Table): Table =>
    namingDefinition(`dataset "${source.name}"`, () => {
      const table = read();
      requireInstantsInCalendar(table);
      return table;
    });
  if (typeof input !== "object" || input === null) throw notRows(source);
  if (isRows(input)) return { table: conformed(() => tableOf(source, input)), nulls: "exact" };
  if ("rowCount" in input) return { table: conformed(() => conform(source, input)), nulls: "exact" };
  if (!("schema" in input)) throw notRows(source);
  if (readArrow === undefined) throw withoutArrow();
  const table = await readArrow(input);
  return { table: conformed(() => conform(source, table)), nulls: "single" };
}

/** The whole rows of a dataset: its columns, in its order; a nullable one that is not there is absent. Errors: `data/missing-column`. */
export function wholeRows(source: DatasetDefinition, table: Table): Table {
  const columns: { [name: string]: Column } = {};
  for (const [name, type] of Object.entries(source.columns as ColumnTypes)) {
    const column = table.columns[name];
    if (column === undefined && !type.nullable) throw missingColumn(source, table, name);
    columns[name] = column ?? absentColumn(type.tag, table.rowCount);
  }
  return makeTable(columns);
}

function isRows(input: PushInput): input is readonly RowObject[] {
  return Array.isArray(input);
}

function tableOf(source: DatasetDefinition, rows: readonly RowObject[]): Table {
  const none = rows.findIndex((row) => typeof row !== "object" || row === null);
  if (none >= 0) throw notRow(source, none);
  return tableFromRows(rows, source.columns);
}

function conform(source: DatasetDefinition, table: Table): Table {
  const columns: { [name: string]: Column } = {};
  for (const [name, type] of Object.entries(source.columns as ColumnTypes)) {
    const column = table.columns[name];
    if (column !== undefined) columns[name] = conformColumn(name, type, column);
  }
  return makeTable(columns);
}

/** A column as its dataset has it: engines hand over integers of every width. */
function conformColumn(name: string, { tag }: ColumnType, column: Column): Column {
  if (column.tag === tag) return column;
  const states = column.states === undefined ? {} : { states: column.states };
  if (tag === "f64" && (column.tag === "i32" || column.tag === "i64")) {
    const values = Float64Array.from(column.values, Number);
    const isExact = (value: number, row: number): boolean =>
      Math.abs(value) <= Number.MAX_SAFE_INTEGER || !isPresent(column, row);
    if (values.every(isExact)) return { tag, values, ...states };
  }
  if (tag === "i64" && column.tag === "i32")
    return { tag, values: BigInt64Array.from(column.values, BigInt), ...states };
  const lists = conformLists(tag, column);
  if (lists !== undefined) return lists;
  throw new SluiceError("table/type-mismatch", {
    found: `column "${name}" of type ${column.tag}`,
    expected: `type ${tag}, or values that it holds exactly`,
    fix: "Convert the column before pushing it, or change the dataset's schema.",
  });
}

/** Lists as JSON, where the dataset holds such, and lists that came as JSON; `undefined` where a cell does not fit. */
function conformLists(tag: CellTag, column: Column): Column | undefined {
  const toJson = tag === "json" && isListColumn(column);
  if (!toJson && !(tag.endsWith("[]") && column.tag === "json")) return undefined;
  const { builder, tryPush } = cellAdder(tag);
  for (let row = 0; row < column.values.length; row++)
    if (!tryPush(column.tag === "json" ? jsonAt(column, row) : cellAt(column, row))) return undefined;
  return builder.finish();
}

function missingColumn(source: DatasetDefinition, table: Table, name: string): SluiceError {
  return new SluiceError("data/missing-column", {
    found: `columns ${Object.keys(table.columns).join(", ")}`,
    expected: `also "${name}", a column of dataset "${source.name}"`,
    fix: "Push whole rows of the dataset: they become a part of its history.",
  });
}

function notRows(source: DatasetDefinition): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `a single row or something else that is no list, pushed to dataset "${source.name}"`,
    expected: "a list of rows, or a table",
    fix: "Pass [row].",
  });
}

function notRow(source: DatasetDefinition, at: number): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `no object as row ${at}, pushed to dataset "${source.name}"`,
    expected: "rows: objects with a value by column",
    fix: "Leave it out, or fill it in.",
  });
}

function withoutArrow(): SluiceError {
  return new SluiceError("argument/invalid", {
    found: "an Arrow table pushed to a feature store that was not given a reader of such",
    expected: "a table of ours, or plain rows",
    fix: "Give FeatureStore the option `readArrow`, as tableFromArrow of sluice/backends/arrow.",
  });
}
