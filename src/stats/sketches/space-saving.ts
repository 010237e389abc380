import { SluiceError } from "../../core/errors.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { requireCount } from "../require-argument.ts";
import { requireCountable, requireSameParameter, requireWholeBetween } from "./sketch-arguments.ts";
import { compareKeys, readKey, type SketchKey, writeKey } from "./sketch-key.ts";

/** How a {@link SpaceSaving} is made. */
export interface SpaceSavingOptions {
  /** The size parameter k: counts are too high by at most the k-th part of all; from 1 to 2^20. @default 1000 */
  readonly capacity?: number;
}

/** A frequent key. */
export interface FrequentKey {
  /** The key. */
  readonly key: SketchKey;
  /** How often it came, at most. */
  readonly count: number;
  /** By how much `count` can be too high: it came at least `count − overcount` times. */
  readonly overcount: number;
  /** Whether it is certainly among the most frequent that were asked for: no more than the others asked for can have come more often. */
  readonly guaranteed: boolean;
}

/** How often a key came, at most and at least. */
export type KeyCount = Pick<FrequentKey, "count" | "overcount">;

/**
 * The most frequent keys of a stream in bounded memory, with counts that are never too low and too high by at most `total/(capacity + 1)`.
 *
 * While no more than `capacity` different keys came, every count is exact. Up to twice as many keys are kept; when there is no room for one
 * more, the k most frequent stay and the threshold becomes the next count, which is the overcount of every key that comes anew: Space-Saving in
 * batches, at any weight: one look-up for a kept key, and O(log k) on average for a new one. Sketches of parts merge, in any order and shape, within the same bound for the
 * total of all. Equal steps give equal bytes; ties are ordered by key (numbers before strings, then ascending).
 *
 * Keys are numbers and strings: 1 and "1" differ, 0 and −0 are one key, and so are all NaNs.
 *
 * Sources: Metwally, Agrawal & El Abbadi 2005; merging: Agarwal, Cormode, Huang, Phillips, Wei & Yi, "Mergeable summaries", 2012.
 *
 * @example
 * ```ts
 * import { SpaceSaving } from "sluice/stats";
 * const east = new SpaceSaving({ capacity: 100 });
 * const west = new SpaceSaving({ capacity: 100 });
 * for (let i = 0; i < 10_000; i++) (i % 3 === 0 ? east : west).add(i % 2 === 0 ? "/home" : `/item/${i}`);
 * east.merge(SpaceSaving.fromBytes(west.toBytes()));
 * const [top] = east.top(1);
 * if (top?.key !== "/home" || !top.guaranteed || top.count - top.overcount > 5000 || top.count < 5000) throw new Error("half of all");
 * ```
 */
export class SpaceSaving {
  /** The size parameter. */
  readonly capacity: number;
  #total = 0;
  #threshold = 0;
  #slots = new Map<SketchKey, number>();
  #keys: SketchKey[] = [];
  #counts: Float64Array = new Float64Array(64);
  #overcounts: Float64Array = new Float64Array(64);

  /** Throws `argument/invalid` unless `capacity` is a whole number from 1 to 2^20. */
  constructor({ capacity = 1000 }: SpaceSavingOptions = {}) {
    this.capacity = requireWholeBetween("capacity", capacity, 1, 2 ** 20);
  }

  /** Restores a sketch from {@link SpaceSaving.toBytes}. Throws `argument/invalid` for damaged or other bytes. */
  static fromBytes(bytes: Uint8Array): SpaceSaving {
    const reader = new SummaryReader(bytes, "SPSV", 1);
    const capacity = reader.count();
    reader.require(capacity >= 1 && capacity <= 2 ** 20, `a capacity of ${capacity}`);
    const sketch = new SpaceSaving({ capacity });
    sketch.#read(reader);
    reader.end();
    return sketch;
  }

  /** How many keys were added, repetitions included. */
  get total(): number {
    return this.#total;
  }

  /** How often a key that is not kept can have come, at most: 0 while every count is exact, never above `total/(capacity + 1)`. */
  get threshold(): number {
    return this.#threshold;
  }

  /** How many keys are kept. */
  get size(): number {
    return this.#keys.length;
  }

  /** Adds a key, `count` times over. Throws `argument/invalid` for another type, a count that is not whole or is negative, and a total above 2^53 − 1. */
  add(key: SketchKey, count: number = 1): void {
    if (typeof key !== "string" && typeof key !== "number") refuse(key);
    const total = requireCountable(this.#total + requireCount("count", count));
    if (count === 0) return;
    this.#total = total;
    this.#addUnchecked(key, count, 0);
    if (this.#keys.length > 2 * this.capacity) this.#prune();
  }

  /** Adds every key of an array, a typed array or anything else that can be iterated. */
  addAll(keys: Iterable<SketchKey>): void {
    for (const key of keys) this.add(key);
  }

  /** Adds what another sketch has seen. Throws `argument/invalid` for another capacity. */
  merge(other: SpaceSaving): void {
    requireSameParameter("capacity", this.capacity, other.capacity);
    const total = requireCountable(this.#total + other.#total);
    const [own, theirs] = [this.#threshold, other.#threshold];
    const keys = [...other.#keys];
    const [counts, overcounts] = [other.#counts.slice(), other.#overcounts.slice()];
    // A key that is not kept may have come as often as the threshold says.
    this.#keys.forEach((key, slot) => {
      if (!other.#slots.has(key)) this.#raise(slot, theirs, theirs);
    });
    keys.forEach((key, at) => {
      this.#addUnchecked(key, counts[at] as number, overcounts[at] as number);
    });
    this.#threshold = own + theirs;
    this.#total = total;
    if (this.#keys.length > 2 * this.capacity) this.#prune();
  }

  /** How often a key came: `count` at most, `count − overcount` at least. For a key that is not kept both are the threshold. */
  countOf(key: SketchKey): KeyCount {
    const slot = this.#slots.get(key);
    if (slot === undefined) return { count: this.#threshold, overcount: this.#threshold };
    return { count: this.#counts[slot] as number, overcount: this.#overcounts[slot] as number };
  }

  /**
   * The most frequent keys, the most frequent first; fewer if fewer are kept.
   *
   * @param most - How many, at least 1; above `capacity` there is no use in asking for more.
   */
  top(most: number): FrequentKey[] {
    requireCount("most", most, 1);
    const slots = this.#ranked();
    const next = slots[most];
    const others = next === undefined ? this.#threshold : (this.#counts[next] as number);
    return slots.slice(0, most).map((slot) => {
      const count = this.#counts[slot] as number;
      const overcount = this.#overcounts[slot] as number;
      return { key: this.#keys[slot] as SketchKey, count, overcount, guaranteed: count - overcount >= others };
    });
  }

  /** The state. The size is that of the kept keys, up to `2·capacity` of them, and up to 15 bytes each. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("SPSV", 1);
    writer.count(this.capacity);
    writer.count(this.#total);
    writer.count(this.#threshold);
    writer.count(this.#keys.length);
    for (const slot of this.#keys.map((_, at) => at).sort((a, b) => this.#compareKeys(a, b))) {
      writeKey(writer, this.#keys[slot] as SketchKey);
      writer.count(this.#counts[slot] as number);
      writer.count(this.#overcounts[slot] as number);
    }
    return writer.finish();
  }

  /** Adds to a key; one that is new starts from the threshold, or from `overcount` above it. */
  #addUnchecked(key: SketchKey, count: number, overcount: number): void {
    const slot = this.#slots.get(key);
    if (slot !== undefined) this.#raise(slot, count, overcount);
    else this.#place(key, this.#threshold + count, this.#threshold + overcount);
  }

  #raise(slot: number, count: number, overcount: number): void {
    this.#counts[slot] = (this.#counts[slot] as number) + count;
    this.#overcounts[slot] = (this.#overcounts[slot] as number) + overcount;
  }

  #place(key: SketchKey, count: number, overcount: number): void {
    const slot = this.#keys.length;
    if (slot === this.#counts.length) {
      this.#counts = doubled(this.#counts);
      this.#overcounts = doubled(this.#overcounts);
    }
    this.#slots.set(key, slot);
    this.#keys.push(typeof key === "number" ? key + 0 : key);
    this.#counts[slot] = count;
    this.#overcounts[slot] = overcount;
  }

  /** Keeps what is above the (capacity + 1)-th largest count, which becomes the threshold. */
  #prune(): void {
    const size = this.#keys.length;
    const [keys, counts, overcounts] = [this.#keys, this.#counts, this.#overcounts];
    const threshold = counts.slice(0, size).sort()[size - 1 - this.capacity] as number;
    this.#threshold = threshold;
    this.#slots = new Map();
    this.#keys = [];
    for (let slot = 0; slot < size; slot++) {
      const count = counts[slot] as number;
      if (count > threshold) this.#place(keys[slot] as SketchKey, count, overcounts[slot] as number);
    }
  }

  /** The slots by count, then by how sure it is, then by key. */
  #ranked(): number[] {
    const difference = (values: Float64Array, a: number, b: number): number =>
      (values[a] as number) - (values[b] as number);
    return this.#keys
      .map((_, slot) => slot)
      .sort((a, b) => difference(this.#counts, b, a) || difference(this.#overcounts, a, b) || this.#compareKeys(a, b));
  }

  #compareKeys(a: number, b: number): number {
    return compareKeys(this.#keys[a] as SketchKey, this.#keys[b] as SketchKey);
  }

  #read(reader: SummaryReader): void {
    this.#total = reader.count();
    const threshold = reader.count();
    const size = reader.count();
    reader.require(size <= 2 * this.capacity, `${size} keys of a capacity of ${this.capacity}`);
    let above = 0;
    for (let i = 0; i < size; i++) {
      const key = readKey(reader);
      const before = this.#keys.at(-1);
      reader.require(before === undefined || compareKeys(before, key) < 0, "keys out of order");
      const count = reader.count();
      const overcount = reader.count();
      reader.require(count > threshold && overcount <= threshold, `a count of ${count}, too high by ${overcount}`);
      above += count - threshold;
      this.#place(key, count, overcount);
    }
    this.#threshold = threshold;
    const least = threshold * (this.capacity + 1) + above;
    reader.require(threshold === 0 ? above === this.#total : least <= this.#total, `a total of ${this.#total}`);
  }
}

function doubled(values: Float64Array): Float64Array {
  const grown = new Float64Array(2 * values.length);
  grown.set(values);
  return grown;
}

function refuse(key: unknown): never {
  throw new SluiceError("argument/invalid", {
    found: key === null ? "null" : `a key of type ${typeof key}`,
    expected: "a string or a number",
    fix: "Leave missing keys out, and turn others into one of these first.",
  });
}
