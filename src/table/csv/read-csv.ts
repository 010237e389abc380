import type { ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { type CsvBatch, CsvBatchBuilder, csvBatchRows } from "./csv-batch.ts";
import { RecordScanner } from "./record-scanner.ts";

/** How a CSV file is read. */
export interface CsvOptions {
  /** Whether the first record names the fields; without it they are the columns of the schema, in order. @default true */
  readonly header?: boolean;
  /** The character between fields, of one byte. @default "," */
  readonly delimiter?: string;
}

/** The longest record, bytes: beyond it a quote was probably left open. */
const longestRecord = 16_777_216;

/**
 * Reads CSV (RFC 4180; UTF-8 with or without a byte order mark; `\n` or `\r\n`) into tables, typed by columns. An empty plain field is
 * null, `""` is an empty text. Instants are ISO 8601, UTC where no zone is given. A record with too few or too many fields, or a field
 * that is no value of its type, makes a faulty row with its line number; the cells that could not be read are absent.
 *
 * Throws `data/malformed-source` for a quote that is never closed, UTF-16, a header with repeated names, and an empty file with a header.
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
  for await (const chunk of chunks) yield* reader.push(chunk, false);
  yield* reader.push(new Uint8Array(0), true);
  yield reader.finish();
}

class CsvReader {
  readonly #types: ColumnTypes;
  readonly #scanner: RecordScanner;
  #names: readonly string[] | undefined;
  #batch: CsvBatchBuilder | undefined;
  #rest = new Uint8Array(0);
  #started = false;
  #line = 1;

  constructor(types: ColumnTypes, options: CsvOptions) {
    this.#types = types;
    this.#scanner = new RecordScanner(delimiterByte(options.delimiter ?? ","));
    if (options.header === false) this.#names = Object.keys(types);
  }

  /** Takes more bytes in; answers the batches that became full. */
  *push(chunk: Uint8Array, final: boolean): Generator<CsvBatch> {
    let bytes = joined(this.#rest, chunk);
    if (!this.#started) {
      if (bytes.length < 3 && !final) {
        this.#rest = bytes;
        return;
      }
      this.#started = true;
      bytes = bytes.subarray(markLength(bytes));
    }
    let at = 0;
    while (at < bytes.length) {
      const end = this.#scanner.scan(bytes, at, final);
      if (end === "unterminated") throw unterminated(this.#line);
      if (end === "incomplete") break;
      if (!this.#scanner.blank || this.#names?.length === 1) this.#record(bytes);
      this.#line += this.#scanner.lines;
      at = this.#scanner.next;
      if (this.#batch?.rowCount === csvBatchRows) yield this.finish();
    }
    this.#rest = bytes.slice(at);
    if (this.#rest.length > longestRecord) throw unterminated(this.#line);
  }

  /** The rows collected so far. */
  finish(): CsvBatch {
    if (this.#names === undefined)
      throw malformed("an empty file", "a header", "Check the file, or pass { header: false }.");
    const batch = (this.#batch ?? new CsvBatchBuilder(this.#names, this.#types)).finish();
    this.#batch = undefined;
    return batch;
  }

  #record(bytes: Uint8Array): void {
    if (this.#names === undefined) {
      this.#names = headerNames(bytes, this.#scanner);
      return;
    }
    this.#batch ??= new CsvBatchBuilder(this.#names, this.#types);
    this.#batch.add(bytes, this.#scanner, this.#line);
  }
}

function joined(rest: Uint8Array<ArrayBuffer>, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  if (rest.length === 0) return new Uint8Array(chunk);
  const bytes = new Uint8Array(rest.length + chunk.length);
  bytes.set(rest);
  bytes.set(chunk, rest.length);
  return bytes;
}

/** The length of a UTF-8 byte order mark, if there is one. */
function markLength(bytes: Uint8Array): number {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw malformed("text in UTF-16", "UTF-8", "Save the file as UTF-8.");
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function headerNames(bytes: Uint8Array, record: RecordScanner): string[] {
  const decoder = new TextDecoder();
  const names: string[] = [];
  for (let field = 0; field < record.count; field++) {
    const text = decoder.decode(bytes.subarray(record.starts[field], record.ends[field]));
    const name = record.kinds[field] === 2 ? text.replaceAll('""', '"') : text.trim();
    if (names.includes(name)) {
      throw malformed(
        `two fields named ${JSON.stringify(name)} in the header`,
        "different names",
        "Rename one of them.",
      );
    }
    names.push(name);
  }
  return names;
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

function unterminated(line: number): SluiceError {
  return malformed(
    `a quote in the record at line ${line} that is never closed`,
    "a closing quote",
    "Check the file at that line.",
  );
}

function malformed(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("data/malformed-source", { found, expected, fix });
}
