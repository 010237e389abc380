/** A bucket holds sums of 2^26 values exactly; what is added between a carry and the next announcement fits into the rest. */
const carryAfter = 2 ** 25;

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
  readonly #unitsOf: (key: number, parts: Float64Array, at: number) => bigint;
  #carried = 0n;
  #load = 0;

  /**
   * @param width - Parts a row.
   * @param unitsOf - The exact content of the row of `key`, which starts at `at`, as a whole number of the caller's unit.
   */
  constructor(width: number, unitsOf: (key: number, parts: Float64Array, at: number) => bigint) {
    this.#width = width;
    this.#unitsOf = unitsOf;
  }

  /** Announces additions: at most 2^24 at once. */
  reserve(additions: number): void {
    if (this.#load + additions > carryAfter) this.carry(0n);
    this.#load += additions;
  }

  /** The place of the row of a key in `parts`, which may be moved to make room. */
  place(key: number): number {
    const at = (key - this.base) * this.#width;
    if (at >= 0 && at < this.parts.length) return at;
    this.#makeRoom(key);
    return (key - this.base) * this.#width;
  }

  /** Adds everything that other buckets hold. */
  merge(other: ExponentBuckets): void {
    if (this.#load + other.#load > carryAfter) this.carry(0n);
    this.#carried += other.#carried;
    this.#load += other.#load;
    const width = this.#width;
    for (let from = 0; from < other.parts.length; from += width) {
      if (isEmpty(other.parts, from, width)) continue;
      const at = this.place(other.base + from / width);
      for (let k = 0; k < width; k++)
        this.parts[at + k] = (this.parts[at + k] as number) + (other.parts[from + k] as number);
    }
  }

  /** Moves what the rows hold, and some units besides, into one big integer, so that the rows can take as many values again. */
  carry(units: bigint): void {
    this.#carried = this.units() + units;
    this.parts.fill(0);
    this.#load = 0;
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

  #makeRoom(key: number): void {
    const width = this.#width;
    const rows = this.parts.length / width;
    // Growing by half of what is there keeps the copies of a wide column few; a narrow one stays small.
    const spare = 4 + (rows >> 1);
    const from = rows === 0 ? key - 4 : key < this.base ? key - spare : this.base;
    const to = rows === 0 ? key + 5 : key < this.base ? this.base + rows : key + 1 + spare;
    const grown = new Float64Array((to - from) * width);
    grown.set(this.parts, rows === 0 ? 0 : (this.base - from) * width);
    this.parts = grown;
    this.base = from;
  }
}

function isEmpty(parts: Float64Array, at: number, width: number): boolean {
  for (let k = 0; k < width; k++) if (parts[at + k] !== 0) return false;
  return true;
}
