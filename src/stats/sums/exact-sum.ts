import { SluiceError } from "../../core/errors.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { fromUnits, powerOfTwo, toUnits, trailingZeros } from "./double-units.ts";
import { readInteger, writeInteger } from "./exact-integer-bytes.ts";
import { ExponentBuckets } from "./exponent-buckets.ts";
import { highWords } from "./high-words.ts";
import { roundedSum } from "./rounded-sum.ts";
import { SpecialCounts } from "./special-counts.ts";

/** The whole state of an {@link ExactSum}: plain data, safe to store as JSON; equal sums of equally many values have equal states. */
export interface ExactSumState {
  /** The version of this record. */
  readonly version: 1;
  /** How many values were added. */
  readonly count: number;
  /** The exact sum of the finite values is mantissa × 2^exponent; the mantissa is an odd hexadecimal integer, or "0". */
  readonly mantissa: string;
  /** See `mantissa`. */
  readonly exponent: number;
  /** How many values were +Infinity. */
  readonly positiveInfinities: number;
  /** How many values were −Infinity. */
  readonly negativeInfinities: number;
  /** How many values were NaN. */
  readonly nans: number;
}

/** Values with a biased exponent from here on (above 10^294) could overflow a bucket. */
const hugeFrom = 2000;
/**
 * By biased exponent: adding this and subtracting it again leaves the upper half of a value, cut at the same bit for all values of that
 * exponent, subnormal ones included.
 */
const anchors: Float64Array = Float64Array.from(
  { length: hugeFrom },
  (_, exponent) => 1.5 * powerOfTwo(Math.max(exponent, 1) - 1023 + 27),
);
/** Bits of the sum of 2^53 values of the largest size, in units of 2^−1074. */
const mostBits = 2048 + 104;
const block = 2 ** 20;

/** A row for every exponent, empty between calls; and which of them are in use: one below the lowest, and the highest. */
const table = new Float64Array(2 * hugeFrom);
const range = new Int32Array(2);

/** A value and, at its odd place, its upper half. */
const single = new Float64Array(1);
const singleWords = highWords(single);

function unitsOf(_key: number, parts: Float64Array, at: number): bigint {
  return toUnits(parts[at] as number) + toUnits(parts[at + 1] as number);
}

/**
 * A sum of doubles without any rounding until it is read: the same bits in every order, split and merge.
 *
 * A value is split into two halves of 27 bits, each added to the bucket of its exponent, where plain addition is exact. Subtract with
 * `add(-x)`.
 *
 * @example
 * ```ts
 * import { ExactSum } from "sluice/stats";
 * const left = new ExactSum();
 * const right = new ExactSum();
 * left.addAll([1e100, 0.1]);
 * for (const x of [0.2, -1e100]) right.add(x);
 * left.merge(ExactSum.fromBytes(right.toBytes()));
 * if (left.value() !== 0.1 + 0.2 || left.count !== 4) throw new Error("nothing is lost");
 * ```
 */
export class ExactSum {
  #count = 0;
  /** The count up to which room for single values was reserved in the buckets. */
  #reserved = 0;
  readonly #buckets: ExponentBuckets = new ExponentBuckets(2, hugeFrom, unitsOf);
  readonly #specials: SpecialCounts = new SpecialCounts();

  /** Restores a sum from its {@link ExactSumState}. Throws `argument/invalid` for another version and for what no sum returns. */
  static fromState(state: ExactSumState): ExactSum {
    const { count, mantissa, exponent, positiveInfinities, negativeInfinities, nans } = state;
    const counts = [count, positiveInfinities, negativeInfinities, nans].every(
      (each) => Number.isSafeInteger(each) && each >= 0,
    );
    const number = typeof mantissa === "string" && /^(0|-?[1-9a-f][0-9a-f]{0,600})$/.test(mantissa);
    const range = Number.isInteger(exponent) && exponent >= -1074 && exponent < mostBits;
    const specials = positiveInfinities + negativeInfinities + nans;
    const enough = count > specials || (count === specials && mantissa === "0");
    if (state.version !== 1 || !counts || !number || !range || !enough) {
      throw new SluiceError("argument/invalid", {
        found: `a sum of version ${String(state.version)} with ${String(mantissa)} × 2^${String(exponent)} of ${String(count)} values`,
        expected: "what `state()` returned, in version 1",
        fix: "Read it with the release that wrote it; a damaged one is lost.",
      });
    }
    const negative = mantissa.startsWith("-");
    const magnitude = BigInt(`0x${mantissa.slice(negative ? 1 : 0)}`) << BigInt(exponent + 1074);
    const sum = new ExactSum();
    sum.#count = count;
    sum.#reserved = count;
    sum.#buckets.addUnits(negative ? -magnitude : magnitude);
    Object.assign(sum.#specials, { positiveInfinities, negativeInfinities, nans });
    return sum;
  }

  /** Restores a sum from its bytes. Throws `argument/invalid` for damaged ones. */
  static fromBytes(bytes: Uint8Array): ExactSum {
    const reader = new SummaryReader(bytes, "XSUM", 1);
    const sum = new ExactSum();
    sum.#count = reader.count();
    sum.#reserved = sum.#count;
    sum.#specials.read(reader);
    const units = readInteger(reader, mostBits);
    reader.end();
    reader.require(
      sum.#count > sum.#specials.total || (sum.#count === sum.#specials.total && units === 0n),
      "a sum of fewer values than it has",
    );
    sum.#buckets.addUnits(units);
    return sum;
  }

  /** How many values were added. */
  get count(): number {
    return this.#count;
  }

  /** How many of the values were NaN. */
  get nans(): number {
    return this.#specials.nans;
  }

  /** How many of the values were infinite. */
  get infinities(): number {
    return this.#specials.positiveInfinities + this.#specials.negativeInfinities;
  }

  /** Adds a value: any double. */
  add(value: number): void {
    single[0] = value;
    const low = singleWords[0] as number;
    const high = singleWords[1] as number;
    const exponent = (high >>> 20) & 2047;
    const { parts, base } = this.#buckets;
    // Where zeros and other values alternate, a branch on zero costs more than all else here: a zero goes to the first row, whatever its
    // exponent, and changes nothing there. Other values of the exponent 0 may not, unless that row is theirs.
    const small = (exponent - 1) >> 31;
    const at = (2 * (exponent - base)) & ~small;
    const subnormal = small & (low | (high << 1));
    if (at >>> 0 >= parts.length || this.#count === this.#reserved || (subnormal !== 0 && base !== 0)) {
      this.#addUncommon(value);
      return;
    }
    this.#count++;
    const anchor = anchors[exponent] as number;
    const head = value + anchor - anchor;
    parts[at] = (parts[at] as number) + head;
    parts[at + 1] = (parts[at + 1] as number) + (value - head);
  }

  /** Adds many values. */
  addAll(values: ArrayLike<number>): void {
    if (values instanceof Float64Array) {
      this.#count += values.length;
      this.#reserved += values.length;
      for (let from = 0; from < values.length; from += block) this.#addBlock(values.subarray(from, from + block));
    } else {
      for (let i = 0; i < values.length; i++) this.add(values[i] as number);
    }
  }

  /** Adds everything that another sum holds. */
  merge(other: ExactSum): void {
    this.#buckets.merge(other.#buckets);
    this.#specials.merge(other.#specials);
    const added = other.#count;
    this.#count += added;
    this.#reserved += added;
  }

  /**
   * The exact sum rounded once to the nearest double; 0 when nothing was added. As in IEEE arithmetic it is NaN if a NaN or both
   * infinities were added, and infinite if one infinity was, or if the sum is beyond the largest double.
   */
  value(): number {
    const special = this.#specials.sum();
    if (special !== undefined) return special;
    const { parts, nothingCarried } = this.#buckets;
    if (!nothingCarried) return fromUnits(this.units());
    const used: number[] = [];
    for (let i = parts.length - 1; i >= 0; i--) if (parts[i] !== 0) used.push(parts[i] as number);
    return roundedSum(used);
  }

  /** The exact sum of the finite values as a whole number of 2^−1074, the smallest double. */
  units(): bigint {
    return this.#buckets.units();
  }

  /** The state so far: equal for equal values, in whatever order and split they came. */
  state(): ExactSumState {
    const units = this.units();
    const zeros = units === 0n ? 1074 : trailingZeros(units < 0n ? -units : units);
    const { positiveInfinities, negativeInfinities, nans } = this.#specials;
    return {
      version: 1,
      count: this.#count,
      mantissa: (units >> BigInt(zeros)).toString(16),
      exponent: zeros - 1074,
      positiveInfinities,
      negativeInfinities,
      nans,
    };
  }

  /** The sum as bytes: equal for equal values, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("XSUM", 1);
    writer.count(this.#count);
    this.#specials.write(writer);
    writeInteger(writer, this.units());
    return writer.finish();
  }

  /** Adds a single value that has no row in the buckets, or for which no room is reserved. */
  #addUncommon(value: number): void {
    if (this.#count === this.#reserved) {
      // Ever more at once, so that a sum of few values says little more than it has when it is merged into another.
      const more = Math.min(block, Math.max(64, this.#count));
      this.#buckets.reserve(more);
      this.#reserved += more;
    }
    if (value === 0) this.#count++;
    else this.addAll(Float64Array.of(value));
  }

  #addBlock(values: Float64Array): void {
    const buckets = this.#buckets;
    const words = highWords(values);
    const { length } = values;
    buckets.reserve(length);
    range[0] = hugeFrom;
    range[1] = 0;
    for (let i = addToTable(values, words, 0); i < length; i = addToTable(values, words, i + 1)) {
      this.#addHuge(values[i] as number);
    }
    buckets.take(table, 0, 0, 1);
    buckets.take(table, (range[0] as number) + 1, range[1] as number, 1);
  }

  #addHuge(value: number): void {
    if (Number.isFinite(value)) this.#buckets.addUnits(toUnits(value));
    else this.#specials.add(value);
  }
}

/**
 * Adds values to the rows of their exponents, from place `from` on until one is huge or not finite; returns where it stopped, and notes
 * which rows are in use besides that of the exponent 0.
 */
function addToTable(values: Float64Array, words: Uint32Array, from: number): number {
  let lowest = range[0] as number;
  let highest = range[1] as number;
  let i = from;
  for (; i < values.length; i++) {
    const value = values[i] as number;
    const exponent = ((words[2 * i + 1] as number) >>> 20) & 2047;
    if (exponent > highest) {
      if (exponent >= hugeFrom) break;
      highest = exponent;
    }
    if ((exponent - 1) >>> 0 < lowest) lowest = exponent - 1;
    const anchor = anchors[exponent] as number;
    const head = value + anchor - anchor;
    table[2 * exponent] = (table[2 * exponent] as number) + head;
    table[2 * exponent + 1] = (table[2 * exponent + 1] as number) + (value - head);
  }
  range[0] = lowest;
  range[1] = highest;
  return i;
}
