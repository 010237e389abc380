import { SluiceError } from "../../core/errors.ts";

const lineFeed = 10;

/** Cuts bytes that come in pieces into lines; what follows the last line feed is the last line. */
export class LineCutter {
  readonly #maxLineBytes: number;
  #parts: Uint8Array[] = [];
  #held = 0;
  #line = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The line that was answered last, from 1. */
  get line(): number {
    return this.#line;
  }

  /** The lines that end in a piece. Throws `data/malformed-source` for a line beyond the limit. */
  *push(piece: Uint8Array): Generator<Uint8Array> {
    let from = 0;
    for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, from)) {
      yield this.#joined(piece.subarray(from, end));
      from = end + 1;
    }
    if (from === piece.length) return;
    // The piece may be used again by who gave it.
    this.#parts.push(piece.slice(from));
    this.#held += piece.length - from;
    this.#require(this.#held);
  }

  /** The line that no line feed ends, if there is one. */
  *finish(): Generator<Uint8Array> {
    if (this.#held > 0) yield this.#joined(new Uint8Array(0));
  }

  #joined(last: Uint8Array): Uint8Array {
    this.#require(this.#held + last.length);
    this.#line++;
    if (this.#held === 0) return last;
    const line = new Uint8Array(this.#held + last.length);
    let at = 0;
    for (const part of [...this.#parts, last]) {
      line.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#held = 0;
    return line;
  }

  #require(bytes: number): void {
    if (bytes <= this.#maxLineBytes) return;
    throw new SluiceError("data/malformed-source", {
      found: `a line longer than ${this.#maxLineBytes} bytes, line ${this.#line + 1}`,
      expected: "one JSON object a line",
      fix: "Check whether the file is one JSON array: write its elements as lines. Else raise maxLineBytes.",
    });
  }
}
