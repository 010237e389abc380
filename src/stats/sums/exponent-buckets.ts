/** A bucket holds sums of this many values exactly. */
const carryAfter = 2 ** 26;

/**
 * Partial sums by exponent: a row of `width` doubles for each key, of which only the used range is kept. A caller adds to a row parts of at
 * most 27 bits over a unit that depends on the key alone, so plain additions stay exact for 2^26 values; before that everything is
 * carried into one big integer.
 */
export class ExponentBuckets {
  /** The rows, one behind the other. */
  parts: Float64Array = new Float64Array(0);
  /** The key of the first row. */
  base = 0;
  readonly #width: number;
  readonly #keys: number;
  readonly #unitsOf: (key: number, parts: Float64Array, at: number) => bigint;
  #carried = 0n;
  #load = 0;

  /**
   * @param width - Parts a row.
   * @param keys - No row is made for this key and those above.
   * @param unitsOf - The exact content of the row of `key`, which starts at `at`, as a whole number of the caller's unit.
   */
  constructor(width: number, keys: number, unitsOf: (key: number, parts: Float64Array, at: number) => bigint) {
    this.#width = width;
    this.#keys = keys;
    this.#unitsOf = unitsOf;
  }

  /** Announces additions: at most 2^26 at once. */
  reserve(additions: number): void {
    if (this.#load + additions > carryAfter) this.#carry();
    this.#load += additions;
  }

  /**
   * Moves the rows `from` to `to` of a table to the keys row × `step`. Bulk additions go through a table that has a row for every
   * exponent, since looking each row up in a range that may grow costs more than the addition.
   */
  take(table: Float64Array, from: number, to: number, step: number): void {
    const width = this.#width;
    let first = from;
    let last = to;
    while (first <= last && isEmpty(table, first * width, width)) first++;
    while (last > first && isEmpty(table, last * width, width)) last--;
    if (first > last) return;
    this.makeRoom(first * step);
    this.makeRoom(last * step);
    const { parts, base } = this;
    for (let row = first; row <= last; row++) {
      const at = (row * step - base) * width;
      for (let k = 0; k < width; k++) parts[at + k] = (parts[at + k] as number) + (table[row * width + k] as number);
    }
    table.fill(0, first * width, (last + 1) * width);
  }

  /** Adds everything that other buckets hold. */
  merge(other: ExponentBuckets): void {
    if (this.#load + other.#load > carryAfter) this.#carry();
    this.#carried += other.#carried;
    this.#load += other.#load;
    const width = this.#width;
    for (let place = 0; place < other.parts.length; place += width) {
      if (!isEmpty(other.parts, place, width)) this.#addRow(other.base + place / width, other.parts, place);
    }
  }

  /** Adds a whole number of the caller's unit; slow, for what has no row. */
  addUnits(units: bigint): void {
    this.#carried += units;
  }

  /** Whether the rows hold everything. */
  get nothingCarried(): boolean {
    return this.#carried === 0n;
  }

  /** Everything added so far, exactly. */
  units(): bigint {
    let units = this.#carried;
    const width = this.#width;
    for (let at = 0; at < this.parts.length; at += width) {
      if (!isEmpty(this.parts, at, width)) units += this.#unitsOf(this.base + at / width, this.parts, at);
    }
    return units;
  }

  /** Moves what the rows hold into one big integer, so that they can take as many values again. */
  #carry(): void {
    this.#carried = this.units();
    this.parts.fill(0);
    this.#load = 0;
  }

  #addRow(key: number, parts: Float64Array, place: number): void {
    const width = this.#width;
    this.makeRoom(key);
    const at = (key - this.base) * width;
    for (let k = 0; k < width; k++) this.parts[at + k] = (this.parts[at + k] as number) + (parts[place + k] as number);
  }

  /** Makes room for the row of a key, which may move all rows. */
  makeRoom(key: number): void {
    const width = this.#width;
    const rows = this.parts.length / width;
    if (rows > 0 && key >= this.base && key < this.base + rows) return;
    // Growing by half of what is there keeps the copies of a wide column few; a narrow one stays small.
    const spare = 4 + (rows >> 1);
    const from = Math.max(0, rows === 0 ? key - 4 : key < this.base ? key - spare : this.base);
    const to = Math.min(this.#keys, rows === 0 ? key + 5 : key < this.base ? this.base + rows : key + 1 + spare);
    const grown = new Float64Array((to - from) * width);
    grown.set(this.parts, rows === 0 ? 0 : (this.base - from) * width);
    this.parts = grown;
    this.base = from;
  }
}

function isEmpty(parts: Float64Array, at: number, width: number): boolean {
  let k = 0;
  while (k < width && parts[at + k] === 0) k++;
  return k === width;
}
