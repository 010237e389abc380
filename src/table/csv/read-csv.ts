import type { ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { type CsvBatch, CsvBatchBuilder, csvBatchRows } from "./csv-batch.ts";
import { malformedCsv, openQuote, oversizedField } from "./csv-errors.ts";
import { FieldFinder } from "./field-cells.ts";
import { headerNames } from "./header-names.ts";
import { RecordBlock } from "./record-block.ts";
import { lineEnd, markLength } from "./text-layout.ts";

/** How a CSV file is read. */
export interface CsvOptions {
  /** Whether the first record names the fields; without it they are the columns of the schema, in order. @default true */
  readonly header?: boolean;
  /** The character between fields, of one byte. @default "," */
  readonly delimiter?: string;
  /** The longest field, bytes; a longer one (most often a quote that was left open) ends the reading. From 1 to 2^27. @default 16777216 */
  readonly maxFieldBytes?: number;
}

const defaultFieldBytes = 16_777_216;
const longestField = 134_217_728;
/** Fields of a record are few against its longest one: a record beyond so many of them is no CSV. */
const recordFields = 4;
/** Bytes in a batch after which it is handed on, so that long texts do not fill the memory. */
const batchBytes = 33_554_432;
/** Bytes that are looked at first, to tell how lines end. */
const firstBytes = 65_536;
/** Records found at a time, so that a block's positions stay in the cache. */
const blockRecords = 1024;

/**
 * Reads CSV (RFC 4180; UTF-8 with or without a byte order mark; lines that end in `\n`, `\r\n` or all in `\r`) into tables, typed by columns.
 * An empty plain field is null, `""` is an empty text. Instants are ISO 8601, UTC where no zone is given. A record with too few or too many
 * fields, a field that is no value of its type, or bytes that are no UTF-8 make a faulty row with its line number (and the byte's offset);
 * the cells that could not be read are absent. Memory: one batch of at most 65,536 rows or some 32 MiB, and the longest record.
 *
 * Throws `data/malformed-source` for a quote that is never closed, a field longer than `maxFieldBytes`, UTF-16, a header with repeated names
 * or bytes that are no UTF-8, and an empty file with a header; `argument/invalid` for options.
 *
 * @example
 * ```ts
 * import { readCsv } from "sluice/table";
 * async function* file() {
 *   yield new TextEncoder().encode('origin,delay\n"ATL",3\nORD,late\n');
 * }
 * const columns = { origin: { tag: "utf8", nullable: false }, delay: { tag: "f64", nullable: true } } as const;
 * for await (const { table, faults } of readCsv(file(), columns)) {
 *   if (table.rowCount !== 2 || faults[0]?.line !== 3) throw new Error("line 3 is faulty");
 * }
 * ```
 */
export async function* readCsv(
  chunks: AsyncIterable<Uint8Array>,
  types: ColumnTypes,
  options: CsvOptions = {},
): AsyncGenerator<CsvBatch> {
  const reader = new CsvReader(types, options);
  for await (const chunk of chunks) {
    reader.add(chunk);
    yield* reader.read(false);
  }
  yield* reader.read(true);
  yield reader.finish();
}

class CsvReader {
  readonly #types: ColumnTypes;
  readonly #delimiter: number;
  readonly #maxFieldBytes: number;
  readonly #finder = new FieldFinder();
  #names: readonly string[] | undefined;
  #block: RecordBlock | undefined;
  #batch: CsvBatchBuilder | undefined;
  /** The bytes not read yet, from 0 to `#length`; there is always room for one more. */
  #bytes = new Uint8Array(4096);
  #length = 0;
  /** Where `#bytes` begin in the file, where the batch began, and how many bytes there must be before another scan pays. */
  #offset = 0;
  #batchStart = 0;
  #worthScanning = firstBytes;

  constructor(types: ColumnTypes, options: CsvOptions) {
    this.#types = types;
    this.#delimiter = delimiterByte(options.delimiter ?? ",");
    this.#maxFieldBytes = fieldBytes(options.maxFieldBytes ?? defaultFieldBytes);
    if (options.header === false) this.#names = Object.keys(types);
  }

  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length >= this.#bytes.length) {
      const wider = new Uint8Array(Math.max(length + 1, this.#bytes.length * 2));
      wider.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = wider;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** Reads the whole records that there are; answers the batches that became full. */
  *read(final: boolean): Generator<CsvBatch> {
    if (this.#length < this.#worthScanning && !final) return;
    let at = this.#block === undefined ? markLength(this.#bytes.subarray(0, this.#length)) : 0;
    this.#block ??= this.#start(at, final);
    if (this.#block === undefined) return;
    const block = this.#block;
    this.#bytes[this.#length] = block.newline;
    while (at < this.#length) {
      const limit = this.#names === undefined ? 1 : Math.min(blockRecords, csvBatchRows - (this.#batch?.rowCount ?? 0));
      const end = block.scan(this.#bytes, at, this.#length, final, limit);
      if (end === "unterminated") throw openQuote(block.line);
      if (end === "oversized") throw oversizedField(block.line, this.#maxFieldBytes);
      this.#take(block);
      at = block.next;
      if (this.#isFull(at)) yield this.finish(at);
      if (end === "incomplete") break;
    }
    this.#keep(at);
  }

  /** The rows collected so far. */
  finish(at: number = 0): CsvBatch {
    if (this.#names === undefined)
      throw malformedCsv("an empty file", "a header", "Check the file, or pass { header: false }.");
    const bytesRead = this.#offset + at;
    const batch = (this.#batch ?? new CsvBatchBuilder(this.#names, this.#types, this.#finder)).finish(bytesRead);
    this.#batch = undefined;
    this.#batchStart = bytesRead;
    return batch;
  }

  #take(block: RecordBlock): void {
    if (block.records === 0) return;
    if (this.#names === undefined) {
      this.#names = headerNames(this.#bytes, block);
      if (this.#names.length === 1) block.keepBlank = true;
      return;
    }
    this.#batch ??= new CsvBatchBuilder(this.#names, this.#types, this.#finder);
    this.#batch.add(this.#bytes, block, this.#offset);
  }

  #isFull(at: number): boolean {
    if (this.#batch === undefined) return false;
    return this.#batch.rowCount === csvBatchRows || this.#offset + at - this.#batchStart >= batchBytes;
  }

  /** Moves what is left to the front. A record that is not whole is looked at again once there is twice as much of it. */
  #keep(at: number): void {
    this.#bytes.copyWithin(0, at, this.#length);
    this.#length -= at;
    this.#offset += at;
    if (this.#length > this.#maxFieldBytes * recordFields)
      throw oversizedField(this.#block?.line ?? 1, this.#maxFieldBytes);
    this.#worthScanning = Math.min(this.#length * 2, this.#length + this.#maxFieldBytes);
  }

  #start(at: number, final: boolean): RecordBlock | undefined {
    const newline = lineEnd(this.#bytes.subarray(at, this.#length), final);
    if (newline === undefined) {
      this.#keep(0);
      return undefined;
    }
    const block = new RecordBlock({ delimiter: this.#delimiter, newline, maxFieldBytes: this.#maxFieldBytes });
    block.keepBlank = this.#names?.length === 1;
    return block;
  }
}

function delimiterByte(delimiter: string): number {
  const code = delimiter.charCodeAt(0);
  if (delimiter.length === 1 && code < 128 && !'\r\n"'.includes(delimiter)) return code;
  throw new SluiceError("argument/invalid", {
    found: `the delimiter ${JSON.stringify(delimiter)}`,
    expected: "one ASCII character, no quote and no line end",
    fix: 'Pass "," or ";" or "\\t".',
  });
}

function fieldBytes(bytes: number): number {
  if (Number.isInteger(bytes) && bytes >= 1 && bytes <= longestField) return bytes;
  throw new SluiceError("argument/invalid", {
    found: `maxFieldBytes ${bytes}`,
    expected: `a whole number from 1 to ${longestField}`,
    fix: "Longer texts belong into files of their own: store their names.",
  });
}
