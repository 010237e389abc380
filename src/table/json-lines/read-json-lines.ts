import { isRecord } from "../../core/is-record.ts";
import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Column } from "../column.ts";
import type { CsvFault } from "../csv/csv-batch.ts";
import { invalidUtf8At } from "../csv/invalid-utf8.ts";
import { parseInstantInto } from "../csv/parse-instant.ts";
import { markLength } from "../csv/text-layout.ts";
import { makeTable, type Table } from "../table.ts";
import { type CellAdder, cellAdder } from "../table-from-rows.ts";
import { LineCutter } from "./line-cutter.ts";

/** How JSON lines are read. */
export interface JsonLinesOptions {
  /** The longest line, bytes; a longer one ends the reading. At least 1. @default 16777216 */
  readonly maxLineBytes?: number;
}

/** Rows of a file of JSON lines; cells that could not be read are absent. */
export interface JsonLinesBatch {
  readonly table: Table;
  readonly faults: readonly CsvFault[];
  /** The names of all keys seen so far, wanted or not. */
  readonly sourceColumns: readonly string[];
  /** Bytes read so far, those of this batch with them. */
  readonly bytesRead: number;
}

const defaultLineBytes = 16_777_216;
/** When a batch is handed on. */
const batchRows = 65_536;
const batchBytes = 33_554_432;

/**
 * Reads JSON lines (one object a line, UTF-8, blank lines left out) into tables, typed by columns. A missing key is absent, `null` is null.
 * Instants are ISO 8601 texts (UTC where no zone is given) or epoch milliseconds; 64-bit integers are safe integers or texts of digits,
 * since larger JSON numbers lose digits. A line that is no object, bytes that are no UTF-8, or a value of another type make a faulty row
 * with its line number. Memory: one batch of at most 65,536 rows or some 32 MiB, and the longest line.
 *
 * Throws `data/malformed-source` for a line longer than `maxLineBytes` and for UTF-16; `argument/invalid` for options.
 *
 * @example
 * ```ts
 * import { readJsonLines } from "sluice/table";
 * async function* file() {
 *   yield new TextEncoder().encode('{"origin":"ATL","delay":3}\n{"origin":"ORD",\n');
 * }
 * const columns = { origin: { tag: "utf8", nullable: false }, delay: { tag: "f64", nullable: true } } as const;
 * for await (const { table, faults } of readJsonLines(file(), columns)) {
 *   if (table.rowCount !== 2 || faults[0]?.line !== 2) throw new Error("line 2 is faulty");
 * }
 * ```
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  types: ColumnTypes,
  options: JsonLinesOptions = {},
): AsyncGenerator<JsonLinesBatch> {
  const cutter = new LineCutter(lineBytes(options.maxLineBytes ?? defaultLineBytes));
  const reader = new JsonLinesReader(types);
  let offset = 0;
  for await (const chunk of chunks) {
    offset += chunk.length;
    for (const line of cutter.push(chunk)) {
      reader.add(line, cutter.line);
      if (reader.isFull) yield reader.finish(offset);
    }
  }
  for (const line of cutter.finish()) reader.add(line, cutter.line);
  yield reader.finish(offset);
}

function lineBytes(bytes: number): number {
  if (Number.isInteger(bytes) && bytes >= 1) return bytes;
  throw new SluiceError("argument/invalid", {
    found: `maxLineBytes ${bytes}`,
    expected: "a whole number, at least 1",
    fix: "Leave it out, or pass a number of bytes.",
  });
}

interface FieldReader {
  readonly name: string;
  readonly tag: CellTag;
  readonly adder: CellAdder;
}

class JsonLinesReader {
  readonly #types: ColumnTypes;
  readonly #seen = new Set<string>();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #fields: readonly FieldReader[];
  #faults: CsvFault[] = [];
  #rows = 0;
  #bytes = 0;

  constructor(types: ColumnTypes) {
    this.#types = types;
    this.#fields = fieldReaders(types);
  }

  get isFull(): boolean {
    return this.#rows === batchRows || this.#bytes >= batchBytes;
  }

  add(bytes: Uint8Array, line: number): void {
    const content = line === 1 ? bytes.subarray(markLength(bytes)) : bytes;
    const record = this.#recordOf(content);
    if (record === undefined) return;
    this.#bytes += content.length;
    const row = this.#rows++;
    if (typeof record === "string") {
      for (const { adder } of this.#fields) adder.tryPush(undefined);
      const code = record.startsWith(noUtf8) ? "malformed_text" : "malformed_row";
      this.#faults.push({ row, line, issues: [{ path: "", code, message: `line ${line}: ${record}` }] });
      return;
    }
    for (const name of Object.keys(record)) this.#seen.add(name);
    const issues: CsvFault["issues"][number][] = [];
    for (const { name, tag, adder } of this.#fields) {
      const value = Object.hasOwn(record, name) ? record[name] : undefined;
      if (adder.tryPush(typeof value === "string" ? fromText(tag, value) : value)) continue;
      adder.tryPush(undefined);
      const found = JSON.stringify(value)?.slice(0, shown);
      issues.push({
        path: name,
        code: "unreadable_value",
        message: `line ${line}: ${found} is no value of type ${tag}`,
      });
    }
    if (issues.length > 0) this.#faults.push({ row, line, issues });
  }

  finish(bytesRead: number): JsonLinesBatch {
    const columns: { [name: string]: Column } = {};
    for (const { name, adder } of this.#fields) columns[name] = adder.builder.finish();
    const table = this.#fields.length === 0 ? { rowCount: this.#rows, columns } : makeTable(columns);
    const batch = { table, faults: this.#faults, sourceColumns: [...this.#seen], bytesRead };
    this.#fields = fieldReaders(this.#types);
    this.#faults = [];
    this.#rows = 0;
    this.#bytes = 0;
    return batch;
  }

  /** The object of a line, what is wrong with it, or `undefined` where it is blank. */
  #recordOf(bytes: Uint8Array): { readonly [name: string]: unknown } | string | undefined {
    try {
      const text = this.#decoder.decode(bytes);
      if (text.trim() === "") return undefined;
      const value: unknown = JSON.parse(text);
      return isRecord(value) ? value : `${kindOf(value)} instead of an object`;
    } catch (error) {
      if (error instanceof SyntaxError) return `no JSON (${error.message.slice(0, 2 * shown)})`;
      if (!(error instanceof TypeError)) throw error;
      return `${noUtf8}, from byte ${invalidUtf8At(bytes, 0, bytes.length)} of the line on`;
    }
  }
}

const noUtf8 = "bytes that are no UTF-8";
/** Characters of an unreadable value that are shown. */
const shown = 60;

function fieldReaders(types: ColumnTypes): readonly FieldReader[] {
  return Object.entries(types).map(([name, { tag }]) => ({ name, tag, adder: cellAdder(tag) }));
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

const instant = new Float64Array(1);

/** What a text stands for in a column of that type; the text itself where it is none. */
function fromText(tag: CellTag, text: string): unknown {
  if (tag === "i64") return /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace("+", "")) : text;
  if (tag !== "instant") return text;
  const bytes = new TextEncoder().encode(text);
  return parseInstantInto(instant, 0, bytes, 0, bytes.length) ? instant[0] : text;
}
