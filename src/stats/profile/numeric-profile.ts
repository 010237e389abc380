import { SluiceError } from "../../core/errors.ts";
import { binLocator } from "../binning/bin-locator.ts";
import type { Column } from "../binning/column.ts";
import { eachBlock } from "../binning/column-blocks.ts";
import type { BinLocator } from "../binning/locator-plan.ts";
import type { NumericBins } from "../binning/reference-bins.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import type { SampleMoments } from "../moments/moments.ts";
import { MomentsAccumulator } from "../moments/moments-accumulator.ts";
import type { NotComputable } from "../not-computable.ts";
import { readBins, sameBins, writeBins } from "./bins-bytes.ts";

/** What a {@link NumericProfile} collects besides counts. */
export interface NumericProfileOptions {
  /** Whether exact moments are kept, which about doubles the time. @default true */
  readonly moments?: boolean;
}

/**
 * A mergeable profile of a column over bins that were frozen on a reference: exact counts a bin, the least and the largest value, which
 * bins hold nothing but their upper edge, and exact moments. Merging is associative and commutative to the bit, so parts of a column, shards and
 * hours can be profiled apart. Compare two by `profileDistance`, `ksBracket` and `wassersteinBracket`.
 *
 * 256 quantile bins are a good choice: about 10 kB, and brackets of the Kolmogorov–Smirnov distance that are half a percent wide.
 *
 * @example
 * ```ts
 * import { isNotComputable, ksBracket, NumericProfile, quantileBins } from "sluice/stats";
 * const reference = Float64Array.from({ length: 1000 }, (_, i) => i);
 * const bins = quantileBins({ values: reference }, { bins: 256 });
 * if (isNotComputable(bins)) throw new Error(bins.detail);
 * const before = new NumericProfile(bins);
 * const morning = new NumericProfile(bins);
 * const evening = new NumericProfile(bins);
 * before.addAll({ values: reference });
 * morning.addAll({ values: reference.map((value) => value + 200) });
 * evening.add(7);
 * morning.merge(NumericProfile.fromBytes(evening.toBytes()));
 * const bracket = ksBracket(before, morning);
 * if (isNotComputable(bracket) || bracket.lower > 0.2 || bracket.upper < 0.2 || morning.max !== 1199) throw new Error("wrong");
 * ```
 */
export class NumericProfile {
  /** The bins it counts over. */
  readonly bins: NumericBins;
  readonly #counts: Float64Array;
  /** 1 for a bin that holds a value below its upper edge. */
  #spread: Uint8Array;
  #min: number = Number.POSITIVE_INFINITY;
  #max: number = Number.NEGATIVE_INFINITY;
  #moments: MomentsAccumulator | undefined;
  #locator: BinLocator | undefined;
  #uppers: Float64Array;
  #slots: Int32Array = new Int32Array(0);

  /** @param bins - What `quantileBins` or `explicitBins` returned, or such a record read from JSON. */
  constructor(bins: NumericBins, options: NumericProfileOptions = {}) {
    this.bins = bins;
    this.#uppers = Float64Array.from(bins.uppers);
    this.#counts = new Float64Array(bins.uppers.length + 4);
    this.#spread = new Uint8Array(bins.uppers.length);
    this.#moments = (options.moments ?? true) ? new MomentsAccumulator() : undefined;
  }

  /** Restores a profile from its bytes. Throws `argument/invalid` for damaged ones. */
  static fromBytes(bytes: Uint8Array): NumericProfile {
    const reader = new SummaryReader(bytes, "NPRO", 1);
    const profile = new NumericProfile(readBins(reader));
    const counts = profile.#counts;
    for (let slot = 0; slot < counts.length; slot++) counts[slot] = reader.count();
    profile.#spread = reader.bytes();
    profile.#min = reader.f64();
    profile.#max = reader.f64();
    profile.#moments = reader.u8() === 1 ? MomentsAccumulator.fromBytes(reader.bytes()) : undefined;
    reader.end();
    profile.#require(reader);
    return profile;
  }

  /** How many values have a place in the order: all but NaN and missing ones. */
  get n(): number {
    let n = 0;
    for (let slot = 0; slot < this.#counts.length - 2; slot++) n += this.#counts[slot] as number;
    return n;
  }

  /** The least value, −Infinity included; `undefined` when {@link NumericProfile.n} is 0. */
  get min(): number | undefined {
    return this.#min <= this.#max ? this.#min : undefined;
  }

  /** The largest value, Infinity included; `undefined` when {@link NumericProfile.n} is 0. */
  get max(): number | undefined {
    return this.#min <= this.#max ? this.#max : undefined;
  }

  /** The counts so far, slot by slot (see `NumericBins`), as a copy. */
  counts(): Float64Array {
    return this.#counts.slice();
  }

  /** Whether a bin, counted from 0, holds a value other than its upper edge. */
  isSpread(bin: number): boolean {
    return this.#spread[bin] === 1;
  }

  /** The moments of the values that are neither NaN nor missing; `undefined` when none are kept, `notComputable` as in `sampleMoments`. */
  moments(): SampleMoments | NotComputable | undefined {
    return this.#moments?.summary();
  }

  /** Adds one value; `null` is a missing one. */
  add(value: number | null): void {
    if (value === null) this.#bump(this.#counts.length - 1, 1);
    else {
      this.#locator ??= binLocator(this.bins);
      const slot = this.#locator.slotOf(value);
      this.#bump(slot, 1);
      if (slot === this.#counts.length - 2) return;
      this.#note(slot, value);
      this.#moments?.add(value);
    }
  }

  /** Adds a whole column. */
  addAll(column: Column): void {
    const missing = eachBlock(column, (block) => this.#addBlock(block));
    this.#bump(this.#counts.length - 1, missing);
  }

  /** Adds everything that another profile holds. Throws `argument/invalid` unless it is over the same bins and keeps moments if this one does. */
  merge(other: NumericProfile): void {
    if (!sameBins(this.bins, other.bins) || (this.#moments === undefined) !== (other.#moments === undefined)) {
      throw new SluiceError("argument/invalid", {
        found: "two profiles over different bins, or only one of them with moments",
        expected: "profiles of the same bins and options",
        fix: "Freeze the bins once, on the reference, and make every profile from them.",
      });
    }
    for (let slot = 0; slot < this.#counts.length; slot++) this.#bump(slot, other.#counts[slot] as number);
    for (let bin = 0; bin < this.#spread.length; bin++) if (other.#spread[bin] === 1) this.#spread[bin] = 1;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    if (other.#moments !== undefined) this.#moments?.merge(other.#moments);
  }

  /** The profile as bytes, its bins included: equal for equal values, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("NPRO", 1);
    writeBins(writer, this.bins);
    for (const count of this.#counts) writer.count(count);
    writer.bytes(this.#spread);
    writer.f64(this.#min);
    writer.f64(this.#max);
    writer.u8(this.#moments === undefined ? 0 : 1);
    if (this.#moments !== undefined) writer.bytes(this.#moments.toBytes());
    return writer.finish();
  }

  #bump(slot: number, by: number): void {
    this.#counts[slot] = (this.#counts[slot] as number) + by;
  }

  #note(slot: number, value: number): void {
    // Adding 0 makes 0 of −0: which of the two came first must not matter.
    if (value < this.#min) this.#min = value + 0;
    if (value > this.#max) this.#max = value + 0;
    if (slot > 0 && slot <= this.#spread.length && value !== this.#uppers[slot - 1]) this.#spread[slot - 1] = 1;
  }

  #addBlock(block: Float64Array): void {
    this.#locator ??= binLocator(this.bins);
    if (this.#slots.length < block.length) this.#slots = new Int32Array(block.length);
    this.#locator.locate(block, this.#slots);
    const nan = this.#counts.length - 2;
    const nans = this.#counts[nan] as number;
    this.#countBlock(block);
    if (this.#moments === undefined) return;
    if (this.#counts[nan] === nans) this.#moments.addAll(block);
    else this.#moments.addAll(block.filter((value) => !Number.isNaN(value)));
  }

  #countBlock(block: Float64Array): void {
    const slots = this.#slots;
    const counts = this.#counts;
    const uppers = this.#uppers;
    const spread = this.#spread;
    const bins = uppers.length;
    let min = this.#min;
    let max = this.#max;
    for (let i = 0; i < block.length; i++) {
      const value = block[i] as number;
      const slot = slots[i] as number;
      counts[slot] = (counts[slot] as number) + 1;
      if (value < min) min = value;
      if (value > max) max = value;
      if (slot > 0 && slot <= bins && value !== uppers[slot - 1]) spread[slot - 1] = 1;
    }
    this.#min = min + 0;
    this.#max = max + 0;
  }

  /** Refuses what no profile writes. */
  #require(reader: SummaryReader): void {
    const { n, bins } = this;
    const last = bins.uppers[bins.uppers.length - 1] as number;
    const bin = (i: number): number => this.#counts[i + 1] as number;
    reader.require(Number.isSafeInteger(n), "counts that add up to too much");
    reader.require(
      this.#spread.length === bins.uppers.length &&
        this.#spread.every((flag, i) => flag === 0 || (flag === 1 && bin(i) > 0)),
      "marks of bins without values",
    );
    const ends = n > 0 ? this.#min <= this.#max : this.#min === Infinity && this.#max === -Infinity;
    const below = (this.#counts[0] as number) > 0;
    const above = (this.#counts[bins.uppers.length + 1] as number) > 0;
    reader.require(
      ends && (n === 0 || (this.#min < bins.min === below && this.#max > last === above)),
      "ends that contradict the counts",
    );
    const moments = this.#moments;
    reader.require(
      moments === undefined || (moments.n === n && moments.nans === 0),
      "moments of another number of values",
    );
  }
}
