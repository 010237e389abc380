/** Why a scan stopped before the end of the bytes. */
export type ScanEnd = "done" | "incomplete" | "unterminated" | "oversized";

/** How a field is written: plain, in quotes, in quotes with doubled ones inside, or with text after the closing quote. */
export const fieldKind: { readonly plain: 0; readonly quoted: 1; readonly doubled: 2; readonly malformed: 3 } = {
  plain: 0,
  quoted: 1,
  doubled: 2,
  malformed: 3,
};

/** The bits of a mark that hold the field's kind. */
export const kindBits: 3 = 3;

const carriageReturn = 13;
const quote = 34;

/**
 * Finds the fields of many CSV records (RFC 4180) in bytes: where each begins and ends and how it is written. The arrays are reused from
 * block to block. The byte after the last must be there and be the line end: so the scan of a plain field needs no check of bounds.
 */
export class RecordBlock {
  readonly #delimiter: number;
  readonly #maxFieldBytes: number;
  #line = 1;
  #oversized = false;
  /** The byte that ends lines. */
  readonly newline: number;
  /** Whether an empty line is a record. */
  keepBlank = false;
  /** Where each field's content begins, quotes left out, times four, plus its {@link fieldKind}; record after record. */
  marks: Int32Array<ArrayBuffer> = new Int32Array(4096);
  /** Where each ends. */
  ends: Int32Array<ArrayBuffer> = new Int32Array(4096);
  /** The index of each record's first field; after the last record, the number of fields. */
  firsts: Int32Array<ArrayBuffer> = new Int32Array(1024);
  /** The line that each record begins at, from 1. */
  lines: Int32Array<ArrayBuffer> = new Int32Array(1024);
  /** Records in the block. */
  records = 0;
  /** Fields in the block. */
  fields = 0;
  /** Where the next record begins. */
  next = 0;

  constructor(options: {
    readonly delimiter: number;
    readonly newline: number;
    readonly maxFieldBytes: number;
  }) {
    this.#delimiter = options.delimiter;
    this.newline = options.newline;
    this.#maxFieldBytes = options.maxFieldBytes;
  }

  /** The line that the next record begins at. */
  get line(): number {
    return this.#line;
  }

  /** Scans at most `limit` records of `bytes`, from `from` to `length`. `final`: no more bytes will follow. Blank lines are left out. */
  scan(bytes: Uint8Array, from: number, length: number, final: boolean, limit: number): ScanEnd {
    this.records = 0;
    this.fields = 0;
    this.next = from;
    while (this.next < length && this.records < limit) {
      const first = this.fields;
      const line = this.#line;
      const end = this.#record(bytes, this.next, length, final);
      if (end < 0) {
        this.fields = first;
        this.#line = line;
        return this.#oversized ? "oversized" : final ? "unterminated" : "incomplete";
      }
      this.next = end;
      this.#line++;
      if (!this.keepBlank && this.fields === first + 1 && this.#isBlank(first)) this.fields = first;
      else this.#endRecord(first, line);
    }
    return "done";
  }

  #isBlank(field: number): boolean {
    const mark = this.marks[field] as number;
    return (mark & kindBits) === fieldKind.plain && mark >>> 2 === this.ends[field];
  }

  #endRecord(first: number, line: number): void {
    if (this.records + 1 >= this.firsts.length) {
      this.firsts = doubled(this.firsts);
      this.lines = doubled(this.lines);
    }
    this.firsts[this.records] = first;
    this.lines[this.records] = line;
    this.records++;
    this.firsts[this.records] = this.fields;
  }

  /** Answers where the next record begins, or −1 where this one does not end in these bytes. */
  #record(bytes: Uint8Array, from: number, length: number, final: boolean): number {
    const delimiter = this.#delimiter;
    const newline = this.newline;
    const most = this.#maxFieldBytes;
    let byte = bytes[from] as number;
    for (let at = from; ; byte = bytes[++at] as number) {
      if (byte === quote && at < length) {
        at = this.#quoted(bytes, at, length, final);
        if (at < 0 || this.#oversized) return -1;
        byte = bytes[at] as number;
      } else {
        const start = at;
        while (byte !== delimiter && byte !== newline) byte = bytes[++at] as number;
        const returned = byte === newline && at > start && at < length && bytes[at - 1] === carriageReturn;
        const field = this.fields;
        if (field === this.marks.length) this.#grow();
        const end = returned ? at - 1 : at;
        this.marks[field] = (start << 2) | fieldKind.plain;
        this.ends[field] = end;
        this.fields = field + 1;
        if (end - start > most) {
          this.#oversized = true;
          return -1;
        }
      }
      if (byte === newline) return at < length ? at + 1 : final ? length : -1;
    }
  }

  /** Answers where the field that begins with a quote ends, or −1 when that is not there yet. */
  #quoted(bytes: Uint8Array, open: number, length: number, final: boolean): number {
    const newline = this.newline;
    let kind: number = fieldKind.quoted;
    let at = open + 1;
    for (; ; at += 2) {
      let byte = bytes[at];
      while (byte !== quote && at < length) {
        if (byte === newline) this.#line++;
        byte = bytes[++at];
      }
      if (at >= length || (at + 1 === length && !final)) {
        this.#oversized = at - open - 1 > this.#maxFieldBytes;
        return -1;
      }
      if (bytes[at + 1] !== quote || at + 1 === length) break;
      kind = fieldKind.doubled;
    }
    const close = at;
    at++;
    while (bytes[at] !== this.#delimiter && bytes[at] !== newline) at++;
    const clean =
      at === close + 1 ||
      (at < length && at === close + 2 && bytes[close + 1] === carriageReturn && bytes[at] === newline);
    this.#add(open + 1, close, clean ? kind : fieldKind.malformed);
    return at;
  }

  #add(start: number, end: number, kind: number): void {
    if (this.fields === this.marks.length) this.#grow();
    this.marks[this.fields] = (start << 2) | kind;
    this.ends[this.fields++] = end;
    if (end - start > this.#maxFieldBytes) this.#oversized = true;
  }

  #grow(): void {
    this.marks = doubled(this.marks);
    this.ends = doubled(this.ends);
  }
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(values.length * 2);
  wider.set(values);
  return wider;
}
