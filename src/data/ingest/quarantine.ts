import type { RowFault } from "../../contracts/row-fault.ts";
import type { ColumnType, ColumnTypes } from "../../core/cell-type.ts";
import { digestOfJson } from "../../core/digest.ts";
import type { Column } from "../../table/column.ts";
import { columnBuilder } from "../../table/column-builder.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { normalColumn } from "../../table/normal-column.ts";
import { mapColumns, takeRows } from "../../table/take-rows.ts";
import type { CommitTarget } from "../versions/version-writer.ts";

/** What is added to a dataset's name for the dataset of its refused rows. */
export const quarantineSuffix: ".quarantine" = ".quarantine";

/** The quarantine column that says why a row was refused. */
export const reasonColumn: "__reason" = "__reason";

/** The quarantine column that says where the row stood in its source, counted from 0. */
export const rowColumn: "__row" = "__row";

/** The dataset that a dataset's refused rows go to: its columns, all nullable, with {@link reasonColumn} and {@link rowColumn}. */
export function quarantineTarget(dataset: string, columns: ColumnTypes): CommitTarget {
  const own: { [name: string]: ColumnType } = {};
  for (const [name, { tag }] of Object.entries(columns)) own[name] = { tag, nullable: true };
  own[reasonColumn] = { tag: "utf8", nullable: false };
  own[rowColumn] = { tag: "f64", nullable: false };
  const schemaDigest = digestOfJson({
    quarantine: Object.entries(own).map(([name, { tag, nullable }]) => ({ name, tag, nullable })),
  });
  return { name: `${dataset}${quarantineSuffix}`, columns: own, schemaDigest };
}

/** The refused rows of a table with their reasons; `firstRow` is where the table begins in its source. */
export function quarantineTable(table: Table, rejected: readonly RowFault[], firstRow: number): Table {
  const rows = Int32Array.from(rejected, (fault) => fault.row);
  const reasons = columnBuilder("utf8");
  for (const fault of rejected) reasons.push(inOnePiece(faultText(fault)));
  // In normal form, so that a few refused rows do not hold the texts of all others.
  const columns: { [name: string]: Column } = { ...mapColumns(takeRows(table, rows), normalColumn).columns };
  columns[reasonColumn] = reasons.finish();
  columns[rowColumn] = { tag: "f64", values: Float64Array.from(rows, (row) => firstRow + row) };
  return makeTable(columns);
}

/** A fault's issues in one line: `delay: expected number (invalid_type); …`. */
export function faultText(fault: RowFault): string {
  return fault.issues
    .map(({ path, code, message }) => `${path === "" ? "row" : path}: ${message} (${code})`)
    .join("; ")
    .toWellFormed();
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A text that was put together, as one: engines keep such a text as a tree of its pieces, several times as large. */
function inOnePiece(text: string): string {
  return decoder.decode(encoder.encode(text));
}
