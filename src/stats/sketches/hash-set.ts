/** A set of 64-bit hashes in two 32-bit words each, without a zero: open addressing, at most half full. */
export class HashSet {
  #size = 0;
  #words: Uint32Array = new Uint32Array(32);

  /** How many hashes are in it. */
  get size(): number {
    return this.#size;
  }

  /** Adds a hash unless it is there; true if it was new. */
  add(first: number, second: number): boolean {
    if (4 * this.#size >= this.#words.length) this.#grow();
    if (!put(this.#words, first, second)) return false;
    this.#size++;
    return true;
  }

  /** Calls `visitor` with the words of every hash, in no particular order. */
  visit(visitor: (first: number, second: number) => void): void {
    for (let at = 0; at < this.#words.length; at += 2) {
      const first = this.#words[at] as number;
      const second = this.#words[at + 1] as number;
      if (first !== 0 || second !== 0) visitor(first, second);
    }
  }

  /** The hashes in ascending order, the first word before the second. */
  sorted(): BigUint64Array {
    const hashes = new BigUint64Array(this.#size);
    let at = 0;
    this.visit((first, second) => {
      hashes[at++] = (BigInt(first) << 32n) | BigInt(second);
    });
    return hashes.sort();
  }

  #grow(): void {
    const words = new Uint32Array(2 * this.#words.length);
    this.visit((first, second) => put(words, first, second));
    this.#words = words;
  }
}

/** Puts a hash into its slot or the next free one; false if it is there. The second word decides, as a sketch's first words can be alike. */
function put(words: Uint32Array, first: number, second: number): boolean {
  const mask = words.length - 1;
  let at = (second << 1) & mask;
  for (;;) {
    const there = words[at] as number;
    const next = words[at + 1] as number;
    if (there === first && next === second) return false;
    if (there === 0 && next === 0) {
      words[at] = first;
      words[at + 1] = second;
      return true;
    }
    at = (at + 2) & mask;
  }
}
