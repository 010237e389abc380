import type { Data, RecordBatch, Schema } from "apache-arrow";
import { SluiceError } from "../../core/errors.ts";
import type { Column } from "../../table/column.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { arrowColumn } from "./arrow-column.ts";

/** The wanted columns of a record batch. Throws `table/unsupported-type`. */
export function recordBatchTable(batch: RecordBatch, wanted: readonly string[]): Table {
  const columns: { [name: string]: Column } = {};
  batch.schema.fields.forEach((field, i) => {
    const data: Data | undefined = batch.data.children[i];
    if (data !== undefined && wanted.includes(field.name)) columns[field.name] = arrowColumn(field.name, data);
  });
  return Object.keys(columns).length === 0 ? { rowCount: batch.numRows, columns } : makeTable(columns);
}

/** Refuses a schema that names columns twice. Throws `data/malformed-source`. */
export function requireOwnNames(schema: Schema, uri: string): void {
  const names = schema.fields.map((field) => field.name);
  const repeated = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
  if (repeated.length === 0) return;
  throw new SluiceError("data/malformed-source", {
    found: `more than one column named ${repeated.map((name) => JSON.stringify(name)).join(", ")} in ${uri}`,
    expected: "different names",
    fix: "Rename all but one of them.",
  });
}
