/** How a scan of one record ended. */
export type ScanEnd = "record" | "incomplete" | "unterminated";

const newline = 10;
const carriageReturn = 13;
const quote = 34;

/**
 * Finds the fields of one CSV record (RFC 4180) in bytes: where each begins and ends, whether it was quoted and whether it holds doubled
 * quotes. The arrays are reused from record to record.
 */
export class RecordScanner {
  readonly #delimiter: number;
  /** Where each field's content begins, quotes left out. */
  starts: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** Where it ends. */
  ends: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** 0 plain, 1 quoted, 2 quoted with doubled quotes inside, 3 text after the closing quote. */
  kinds: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  /** Fields in the record. */
  count = 0;
  /** Where the next record begins. */
  next = 0;
  /** Line ends in the record, its own included. */
  lines = 0;

  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  /** Scans the record at `at`. `final`: no more bytes will follow. */
  scan(bytes: Uint8Array, at: number, final: boolean): ScanEnd {
    this.count = 0;
    this.lines = 0;
    let position = at;
    for (;;) {
      const end = bytes[position] === quote ? this.#quoted(bytes, position, final) : this.#plain(bytes, position);
      if (end < 0) return final ? "unterminated" : "incomplete";
      const after = bytes[end];
      if (after === this.#delimiter) {
        position = end + 1;
        continue;
      }
      if (after === undefined && !final) return "incomplete";
      this.lines++;
      this.next = after === undefined ? end : after === carriageReturn ? end + 2 : end + 1;
      return "record";
    }
  }

  /** Whether the record is an empty line. */
  get blank(): boolean {
    return this.count === 1 && this.kinds[0] === 0 && this.starts[0] === this.ends[0];
  }

  #add(start: number, end: number, kind: number): void {
    if (this.count === this.starts.length) {
      this.starts = doubled(this.starts);
      this.ends = doubled(this.ends);
      const kinds = new Uint8Array(this.kinds.length * 2);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.kinds[this.count] = kind;
    this.count++;
  }

  #plain(bytes: Uint8Array, start: number): number {
    const end = this.#fieldEnd(bytes, start);
    this.#add(start, end, 0);
    return end;
  }

  /** The delimiter, line end or end of bytes that comes next. A carriage return counts only before a newline. */
  #fieldEnd(bytes: Uint8Array, from: number): number {
    const delimiter = this.#delimiter;
    const length = bytes.length;
    let at = from;
    for (; at < length; at++) {
      const byte = bytes[at];
      if (byte === delimiter || byte === newline) return at;
      if (byte === carriageReturn && bytes[at + 1] === newline) return at;
    }
    return at;
  }

  /** Answers −1 when the closing quote is not there yet. */
  #quoted(bytes: Uint8Array, open: number, final: boolean): number {
    let kind = 1;
    let at = open + 1;
    for (;;) {
      while (at < bytes.length && bytes[at] !== quote) {
        if (bytes[at] === newline) this.lines++;
        at++;
      }
      if (at >= bytes.length || (at + 1 === bytes.length && !final)) return -1;
      if (bytes[at + 1] !== quote) break;
      kind = 2;
      at += 2;
    }
    const end = this.#fieldEnd(bytes, at + 1);
    this.#add(open + 1, at, end === at + 1 ? kind : 3);
    return end;
  }
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(values.length * 2);
  wider.set(values);
  return wider;
}
