/**
 * Columns of typed arrays, and what is done with them.
 *
 * @module sluice/table
 */

export { cellAt, rowAt } from "./cell-at.ts";
export {
  type BoolColumn,
  type Column,
  type ColumnWithTag,
  cellState,
  type F64Column,
  type I32Column,
  type I64Column,
  type InstantColumn,
  isListColumn,
  isPresent,
  type JsonColumn,
  type ListColumn,
  missingCount,
  type NumbersColumn,
  type TextsColumn,
  type Utf8Column,
} from "./column.ts";
export { type ColumnBuilder, columnBuilder } from "./column-builder.ts";
export { concatTables } from "./concat-tables.ts";
export { decodePart } from "./decode-part.ts";
export { encodePart } from "./encode-part.ts";
export { jsonAt } from "./json-text.ts";
export { type LabelledMatrix, labelledMatrix } from "./labelled-matrix.ts";
export { matrixOf } from "./matrix-of.ts";
export { anyColumnOf, columnOf, makeTable, type Table } from "./table.ts";
export { tableDigest } from "./table-digest.ts";
export { type RowObject, tableFromRows } from "./table-from-rows.ts";
export { type RowsOptions, tableToRows } from "./table-to-rows.ts";
export { mapColumns, sliceRows, takeRows } from "./take-rows.ts";
export type { CsvBatch, CsvFault } from "./csv/csv-batch.ts";
export { type CsvOptions, readCsv } from "./csv/read-csv.ts";
export { type JsonLinesBatch, type JsonLinesOptions, readJsonLines } from "./json-lines/read-json-lines.ts";
