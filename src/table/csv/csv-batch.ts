import type { ColumnTypes } from "../../core/cell-type.ts";
import { cellState, type Column } from "../column.ts";
import { makeTable, type Table } from "../table.ts";
import { type CellReader, cellReader } from "./cell-reader.ts";
import { asciiText } from "./parse-number.ts";
import type { RecordScanner } from "./record-scanner.ts";

/** A row that could not be read as declared. */
export interface CsvFault {
  /** The row's index in its table, from 0. */
  readonly row: number;
  /** Where its record begins in the file, from 1. */
  readonly line: number;
  readonly issues: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

/** Rows of a CSV file; cells that could not be read are absent. */
export interface CsvBatch {
  readonly table: Table;
  readonly faults: readonly CsvFault[];
  /** The names of all fields of the file, wanted or not, in order. */
  readonly sourceColumns: readonly string[];
}

/** Rows in a batch. */
export const csvBatchRows: 65536 = 65_536;

/** Collects records into a batch. */
export class CsvBatchBuilder {
  readonly #columns: readonly { readonly name: string; readonly field: number; readonly reader: CellReader }[];
  readonly #names: readonly string[];
  readonly #faults: CsvFault[] = [];
  #rows = 0;

  /** @param names - The names of the record's fields; only those in `types` are read. */
  constructor(names: readonly string[], types: ColumnTypes) {
    this.#names = names;
    this.#columns = Object.entries(types).flatMap(([name, { tag }]) => {
      const field = names.indexOf(name);
      return field < 0 ? [] : [{ name, field, reader: cellReader(tag, csvBatchRows) }];
    });
  }

  get rowCount(): number {
    return this.#rows;
  }

  /** Adds the record that the scanner stands at. */
  add(bytes: Uint8Array, record: RecordScanner, line: number): void {
    const row = this.#rows++;
    const issues: { path: string; code: string; message: string }[] = [];
    if (record.count !== this.#names.length) {
      const message = `line ${line}: ${record.count} fields, expected ${this.#names.length}`;
      issues.push({ path: "", code: "malformed_row", message });
    }
    for (const { name, field, reader } of this.#columns) {
      if (field >= record.count) reader.mark(row, cellState.absent);
      else if (!readField(reader, row, bytes, record, field))
        issues.push(unreadable(name, reader, bytes, record, field, line));
    }
    if (issues.length > 0) this.#faults.push({ row, line, issues });
  }

  finish(): CsvBatch {
    const columns: { [name: string]: Column } = {};
    for (const { name, reader } of this.#columns) columns[name] = reader.column(this.#rows);
    const table = this.#columns.length === 0 ? { rowCount: this.#rows, columns } : makeTable(columns);
    return { table, faults: this.#faults, sourceColumns: this.#names };
  }
}

function readField(reader: CellReader, row: number, bytes: Uint8Array, record: RecordScanner, field: number): boolean {
  const start = record.starts[field] ?? 0;
  const end = record.ends[field] ?? 0;
  switch (record.kinds[field]) {
    case 0:
      if (start < end) return reader.read(row, bytes, start, end);
      reader.mark(row, cellState.null);
      return true;
    case 1:
      return reader.read(row, bytes, start, end);
    case 2: {
      const content = withoutDoubledQuotes(bytes.subarray(start, end));
      return reader.read(row, content, 0, content.length);
    }
    default:
      reader.mark(row, cellState.absent);
      return false;
  }
}

function withoutDoubledQuotes(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    out[length++] = byte;
    if (byte === 34) at++;
  }
  return out.subarray(0, length);
}

function unreadable(
  name: string,
  reader: CellReader,
  bytes: Uint8Array,
  record: RecordScanner,
  field: number,
  line: number,
): CsvFault["issues"][number] {
  if (record.kinds[field] === 3) {
    return { path: name, code: "malformed_row", message: `line ${line}: text after the closing quote` };
  }
  if (reader.tag === "utf8")
    return { path: name, code: "malformed_text", message: `line ${line}: bytes that are no UTF-8` };
  const text = asciiText(
    bytes,
    record.starts[field] ?? 0,
    Math.min(record.ends[field] ?? 0, (record.starts[field] ?? 0) + 60),
  );
  return {
    path: name,
    code: "unreadable_value",
    message: `line ${line}: ${JSON.stringify(text)} is no value of type ${reader.tag}`,
  };
}
