import type { ColumnTypes } from "../../core/cell-type.ts";
import type { Column } from "../column.ts";
import { makeTable, type Table } from "../table.ts";
import { type CellReader, cellReader } from "./cell-reader.ts";
import { type FieldCells, type FieldFinder, noValue } from "./field-cells.ts";
import { invalidUtf8At } from "./invalid-utf8.ts";
import { asciiText } from "./parse-number.ts";
import type { RecordBlock } from "./record-block.ts";

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
  /** Bytes of the file read so far, and those of this batch with them. */
  readonly bytesRead: number;
}

/** The most rows in a batch. */
export const csvBatchRows: 65536 = 65_536;

type Fault = { readonly row: number; readonly line: number; readonly issues: CsvFault["issues"][number][] };

/** Characters of an unreadable value that are shown. */
const shown = 60;

/** Collects records into a batch. */
export class CsvBatchBuilder {
  readonly #columns: readonly { readonly name: string; readonly field: number; readonly reader: CellReader }[];
  readonly #names: readonly string[];
  readonly #finder: FieldFinder;
  readonly #faults = new Map<number, Fault>();
  #rows = 0;

  /** @param names - The names of the record's fields; only those in `types` are read. */
  constructor(names: readonly string[], types: ColumnTypes, finder: FieldFinder) {
    this.#names = names;
    this.#finder = finder;
    this.#columns = Object.entries(types).flatMap(([name, { tag }]) => {
      const field = names.indexOf(name);
      return field < 0 ? [] : [{ name, field, reader: cellReader(tag, csvBatchRows) }];
    });
  }

  get rowCount(): number {
    return this.#rows;
  }

  /** Adds a block's records. `offset` is where `bytes` begin in the file. */
  add(bytes: Uint8Array, block: RecordBlock, offset: number): void {
    const first = this.#rows;
    this.#rows += block.records;
    this.#addRagged(block, first);
    for (const { name, field, reader } of this.#columns) {
      const cells = this.#finder.find(bytes, block, field, reader.tag !== "utf8");
      reader.read(cells, first, (record) => {
        const line = block.lines[record] as number;
        this.#addIssue(first + record, line, { path: name, ...unreadable(reader.tag, cells, record, line, offset) });
      });
    }
  }

  finish(bytesRead: number): CsvBatch {
    const columns: { [name: string]: Column } = {};
    for (const { name, reader } of this.#columns) columns[name] = reader.column(this.#rows);
    const table = this.#columns.length === 0 ? { rowCount: this.#rows, columns } : makeTable(columns);
    const faults = [...this.#faults.values()].sort((a, b) => a.row - b.row);
    return { table, faults, sourceColumns: this.#names, bytesRead };
  }

  #addRagged(block: RecordBlock, first: number): void {
    const expected = this.#names.length;
    for (let record = 0; record < block.records; record++) {
      const count = (block.firsts[record + 1] as number) - (block.firsts[record] as number);
      if (count === expected) continue;
      const line = block.lines[record] as number;
      const message = `line ${line}: ${count} fields, expected ${expected}`;
      this.#addIssue(first + record, line, { path: "", code: "malformed_row", message });
    }
  }

  #addIssue(row: number, line: number, issue: CsvFault["issues"][number]): void {
    const fault = this.#faults.get(row);
    if (fault === undefined) this.#faults.set(row, { row, line, issues: [issue] });
    else fault.issues.push(issue);
  }
}

function unreadable(
  tag: CellReader["tag"],
  { bytes, starts, ends }: FieldCells,
  record: number,
  line: number,
  offset: number,
): { readonly code: string; readonly message: string } {
  const start = starts[record] as number;
  const end = ends[record] as number;
  if (start === noValue.malformed)
    return { code: "malformed_row", message: `line ${line}: text after the closing quote` };
  if (tag === "utf8") {
    const at = invalidUtf8At(bytes, start, end);
    const hex = (bytes[at] ?? 0).toString(16).padStart(2, "0");
    const message = `line ${line}: bytes that are no UTF-8, from byte ${offset + at} of the source on (0x${hex})`;
    return { code: "malformed_text", message };
  }
  const text = asciiText(bytes, start, Math.min(end, start + shown));
  return { code: "unreadable_value", message: `line ${line}: ${JSON.stringify(text)} is no value of type ${tag}` };
}
