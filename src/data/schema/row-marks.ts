/** Fields up to here are told apart in a mark; a row marked by a later one counts as marked by several. */
const lastField = 253;

/** The mark of a row that several fields have marked, or none in particular. */
const several = 255;

/** Which rows zod must be asked about, and for which field, where that is one alone. */
export class RowMarks {
  /** The marks of the field that is being judged, one byte a row: not zero is marked. {@link RowMarks.take} takes them up. */
  readonly current: Uint8Array;
  readonly #words: Int32Array;
  readonly #marks: Uint8Array;

  constructor(rows: number) {
    const bytes = Math.ceil(rows / 4) * 4;
    const scratch = new ArrayBuffer(bytes);
    this.current = new Uint8Array(scratch, 0, rows);
    this.#words = new Int32Array(scratch);
    this.#marks = new Uint8Array(rows);
  }

  /** Notes the current marks as those of a field, by its number from 0, and clears them. */
  take(field: number): void {
    const words = this.#words;
    const mark = field > lastField ? several : field + 1;
    for (let word = 0; word < words.length; word++) {
      if (words[word] === 0) continue;
      for (let row = 4 * word; row < 4 * word + 4; row++)
        if (this.current[row] !== 0 && row < this.#marks.length)
          this.#marks[row] = this.#marks[row] === 0 ? mark : several;
      words[word] = 0;
    }
  }

  /** Marks a row on behalf of no field. */
  add(row: number): void {
    if (row < this.#marks.length) this.#marks[row] = several;
  }

  has(row: number): boolean {
    return this.#marks[row] !== 0;
  }

  /** The number of the only field that marked a row; `undefined` where there were several, or none in particular. */
  fieldOf(row: number): number | undefined {
    const mark = this.#marks[row] ?? 0;
    return mark === 0 || mark === several ? undefined : mark - 1;
  }
}
