import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireFraction } from "../require-argument.ts";
import { BinStore } from "./bin-store.ts";
import { LogBins } from "./log-bins.ts";
import {
  requireBetween,
  requireCountable,
  requireNumbers,
  requireNumeric,
  requireSameParameter,
} from "./sketch-arguments.ts";

/** How a {@link DDSketch} is made. */
export interface DDSketchOptions {
  /** The largest relative error of a quantile, from 1e-6 to 0.99. @default 0.01 */
  readonly relativeAccuracy?: number;
  /**
   * At most so many bins for positive and as many for negative values, at least 1. When there are more, those nearest to zero are joined, and
   * quantiles in there lose the guarantee (see {@link DDSketch.collapsed}). @default no bound
   */
  readonly maxBins?: number;
}

/**
 * Quantiles of a stream with a relative error, such as of latencies and amounts: with the default accuracy every quantile is within 1% of the true
 * one, at every magnitude from 5e-324 to 1.8e308, for negative values as for positive ones. Zeros, infinities, the count and the
 * extremes are exact.
 *
 * Values are counted in bins of logarithmic width, found from the bits of the double by additions and multiplications alone. So the state depends on
 * the values only: any order, split and merge gives the same bytes, on every runtime, with `maxBins` too. A column of one sign needs about
 * 1,160 bins for ten decades by default. NaN is counted apart; infinities are values, so a quantile can be infinite if some were
 * added.
 *
 * Source: Masson, Rim & Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019.
 *
 * @example
 * ```ts
 * import { DDSketch, isNotComputable } from "sluice/stats";
 * const left = new DDSketch({ relativeAccuracy: 0.02 });
 * const right = new DDSketch({ relativeAccuracy: 0.02 });
 * left.addAll(Float64Array.from({ length: 1000 }, (_, i) => i));
 * right.addAll(Float64Array.from({ length: 9000 }, (_, i) => 1000 + i));
 * left.merge(DDSketch.fromBytes(right.toBytes()));
 * const p99 = left.quantile(0.99);
 * if (isNotComputable(p99) || Math.abs(p99 - 9899) > 0.02 * 9899) throw new Error("within 2% of the value at index ⌊0.99 · 9999⌋");
 * ```
 */
export class DDSketch {
  /** The largest relative error of a quantile. */
  readonly relativeAccuracy: number;
  /** The bound on bins per sign, `undefined` without one. */
  readonly maxBins: number | undefined;
  readonly #bins: LogBins;
  readonly #positive: BinStore;
  readonly #negative: BinStore;
  #zeros = 0;
  #positiveInfinities = 0;
  #negativeInfinities = 0;
  #count = 0;
  #nans = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Throws `argument/invalid` for an accuracy or a bound out of range. */
  constructor({ relativeAccuracy = 0.01, maxBins }: DDSketchOptions = {}) {
    this.relativeAccuracy = requireBetween("relativeAccuracy", relativeAccuracy, 1e-6, 0.99);
    this.maxBins = maxBins === undefined ? undefined : requireCount("maxBins", maxBins, 1);
    this.#bins = new LogBins(relativeAccuracy);
    this.#positive = new BinStore(maxBins ?? Number.POSITIVE_INFINITY);
    this.#negative = new BinStore(maxBins ?? Number.POSITIVE_INFINITY);
  }

  /** Restores a sketch from {@link DDSketch.toBytes}. Throws `argument/invalid` for damaged or other bytes. */
  static fromBytes(bytes: Uint8Array): DDSketch {
    const reader = new SummaryReader(bytes, "DDSK", 1);
    const relativeAccuracy = reader.f64();
    reader.require(relativeAccuracy >= 1e-6 && relativeAccuracy <= 0.99, `an accuracy of ${relativeAccuracy}`);
    const maxBins = reader.count();
    const sketch = new DDSketch(maxBins === 0 ? { relativeAccuracy } : { relativeAccuracy, maxBins });
    sketch.#nans = reader.count();
    sketch.#zeros = reader.count();
    sketch.#positiveInfinities = reader.count();
    sketch.#negativeInfinities = reader.count();
    const { lowest, highest } = sketch.#bins;
    const negatives = sketch.#negative.read(reader, lowest, highest);
    const positives = sketch.#positive.read(reader, lowest, highest);
    const infinities = sketch.#positiveInfinities + sketch.#negativeInfinities;
    sketch.#count = sketch.#zeros + infinities + negatives + positives;
    reader.require(Number.isSafeInteger(sketch.#count), `a total count of ${sketch.#count}`);
    if (sketch.#count > 0) {
      sketch.#min = reader.f64();
      sketch.#max = reader.f64();
      reader.require(sketch.#holdsExtremes(), `the extremes ${sketch.#min} and ${sketch.#max}`);
    }
    reader.end();
    return sketch;
  }

  /** How many values were added; NaN does not count. */
  get count(): number {
    return this.#count;
  }

  /** How many NaN were added. */
  get nans(): number {
    return this.#nans;
  }

  /** The smallest value; `notComputable("empty")` without values. */
  get min(): number | NotComputable {
    return this.#count === 0 ? nothing() : this.#min;
  }

  /** The largest value; `notComputable("empty")` without values. */
  get max(): number | NotComputable {
    return this.#count === 0 ? nothing() : this.#max;
  }

  /** How many bins hold a count, of both signs. */
  get binCount(): number {
    return this.#positive.size + this.#negative.size;
  }

  /** Whether more than `maxBins` were needed, so that quantiles near zero are no longer within the accuracy. */
  get collapsed(): boolean {
    return this.#positive.collapsed || this.#negative.collapsed;
  }

  /**
   * Adds a value, `count` times over. NaN is counted apart. Throws `argument/invalid` for what is no number, a count that is not whole or
   * is negative, and a total above 2^53 − 1.
   */
  add(value: number, count: number = 1): void {
    requireNumeric(value);
    requireCount("count", count);
    if (Number.isNaN(value)) {
      this.#nans = requireCountable(this.#nans + count);
      return;
    }
    this.#count = requireCountable(this.#count + count);
    if (count === 0) return;
    this.#min = Math.min(this.#min, value + 0);
    this.#max = Math.max(this.#max, value + 0);
    if (value === 0 || !Number.isFinite(value)) this.#addExact(value, count);
    else if (value > 0) this.#positive.add(this.#bins.binOf(value), count);
    else this.#negative.add(this.#bins.binOf(-value), count);
  }

  /** Adds every value of an array or typed array. Throws `argument/invalid`, adding nothing, if one is no number. */
  addAll(values: ArrayLike<number>): void {
    requireNumbers(values);
    requireCountable(this.#count + this.#nans + values.length);
    const bins = this.#bins;
    const positive = this.#positive;
    const negative = this.#negative;
    let min = this.#min;
    let max = this.#max;
    let nans = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value < min) min = value;
      if (value > max) max = value;
      const magnitude = Math.abs(value);
      if (magnitude > 0 && magnitude < Number.POSITIVE_INFINITY) {
        const store = value > 0 ? positive : negative;
        store.add(bins.binOf(magnitude), 1);
      } else if (!Number.isNaN(value)) this.#addExact(value, 1);
      else nans++;
    }
    this.#min = min + 0;
    this.#max = max + 0;
    this.#nans += nans;
    this.#count += values.length - nans;
  }

  /** Adds what another sketch has seen. Throws `argument/invalid` for another accuracy or another bound on bins. */
  merge(other: DDSketch): void {
    requireSameParameter("relativeAccuracy", this.relativeAccuracy, other.relativeAccuracy);
    requireSameParameter("maxBins", this.maxBins, other.maxBins);
    requireCountable(this.#count + other.#count);
    this.#nans = requireCountable(this.#nans + other.#nans);
    this.#count += other.#count;
    this.#zeros += other.#zeros;
    this.#positiveInfinities += other.#positiveInfinities;
    this.#negativeInfinities += other.#negativeInfinities;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#positive.merge(other.#positive);
    this.#negative.merge(other.#negative);
  }

  /**
   * The value at index ⌊q·(count − 1)⌋ of the sorted values, as numpy's quantile by the method "lower", within `relativeAccuracy` of it;
   * the smallest value for 0 and the largest for 1, exactly. `notComputable("empty")` without values.
   *
   * @param q - From 0 to 1, otherwise `argument/invalid`.
   */
  quantile(q: number): number | NotComputable {
    requireFraction("q", q);
    if (this.#count === 0) return nothing();
    const index = Math.floor(q * (this.#count - 1));
    if (index === 0) return this.#min;
    if (index === this.#count - 1) return this.#max;
    const value = this.#valueAt(index);
    return Math.min(this.#max, Math.max(this.#min, value));
  }

  /** The state: the same bytes for the same values in any order and split. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("DDSK", 1);
    writer.f64(this.relativeAccuracy);
    writer.count(this.maxBins ?? 0);
    for (const count of [this.#nans, this.#zeros, this.#positiveInfinities, this.#negativeInfinities])
      writer.count(count);
    for (const store of [this.#negative, this.#positive]) store.write(writer, this.#bins.lowest);
    if (this.#count > 0) for (const extreme of [this.#min, this.#max]) writer.f64(extreme);
    return writer.finish();
  }

  #addExact(value: number, count: number): void {
    if (value === 0) this.#zeros += count;
    else if (value > 0) this.#positiveInfinities += count;
    else this.#negativeInfinities += count;
  }

  /** Whether the extremes lie where the first and the last count are. */
  #holdsExtremes(): boolean {
    const negative = this.#negative.entries();
    const positive = this.#positive.entries();
    const lies = (value: number, [bin]: readonly [number, number], joined: boolean): boolean => {
      if (!(value > 0 && value < Number.POSITIVE_INFINITY)) return false;
      return joined ? this.#bins.binOf(value) <= bin : this.#bins.binOf(value) === bin;
    };
    const first = positive[0];
    const last = positive.at(-1);
    const lowest = negative.at(-1);
    const highest = negative[0];
    const min = (): boolean => {
      if (this.#negativeInfinities > 0) return this.#min === Number.NEGATIVE_INFINITY;
      if (lowest !== undefined) return lies(-this.#min, lowest, false);
      if (this.#zeros > 0) return Object.is(this.#min, 0);
      return first === undefined ? this.#min === Infinity : lies(this.#min, first, this.#positive.collapsed);
    };
    const max = (): boolean => {
      if (this.#positiveInfinities > 0) return this.#max === Number.POSITIVE_INFINITY;
      if (last !== undefined) return lies(this.#max, last, false);
      if (this.#zeros > 0) return Object.is(this.#max, 0);
      return highest === undefined ? this.#max === -Infinity : lies(-this.#max, highest, this.#negative.collapsed);
    };
    return this.#min <= this.#max && min() && max();
  }

  #valueAt(index: number): number {
    let left = index - this.#negativeInfinities;
    if (left < 0) return Number.NEGATIVE_INFINITY;
    for (const [bin, count] of this.#negative.entries().reverse()) {
      left -= count;
      if (left < 0) return -this.#bins.valueOf(bin);
    }
    left -= this.#zeros;
    if (left < 0) return 0;
    for (const [bin, count] of this.#positive.entries()) {
      left -= count;
      if (left < 0) return this.#bins.valueOf(bin);
    }
    return Number.POSITIVE_INFINITY;
  }
}

function nothing(): NotComputable {
  return notComputable("empty", "no values were added to the sketch");
}
