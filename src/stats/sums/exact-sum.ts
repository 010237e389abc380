import { SluiceError } from "../../core/errors.ts";
import { fromUnits, toUnits } from "./double-units.ts";
import { roundedSum } from "./rounded-sum.ts";

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

/** Buckets hold sums of at most this many values exactly. */
const carryAfter = 2 ** 26;
/** Values with a biased exponent from here on are kept 2^64 times smaller, so that their bucket cannot overflow. */
const hugeFrom = 2000;
const shrink = 2 ** -64;

const word = new Uint32Array(2);
const double = new Float64Array(word.buffer);

/**
 * A sum of doubles without any rounding until it is read: the same bits in every order, split and merge.
 *
 * Whole numbers are added as such while they are safe; other values are split into two halves of 26 and 27 bits, each added to the
 * bucket of its exponent, where plain addition is exact. Subtract with `add(-x)`.
 *
 * @example
 * ```ts
 * import { ExactSum } from "sluice/stats";
 * const left = new ExactSum();
 * const right = new ExactSum();
 * for (const x of [1e100, 0.1]) left.add(x);
 * for (const x of [0.2, -1e100]) right.add(x);
 * left.merge(right);
 * if (left.value() !== 0.1 + 0.2 || left.count !== 4) throw new Error("nothing is lost");
 * ```
 */
export class ExactSum {
  #count = 0;
  #whole = 0;
  #base = 0;
  #heads: Float64Array = new Float64Array(0);
  #tails: Float64Array = new Float64Array(0);
  #sinceCarry = 0;
  #carried = 0n;
  #positiveInfinities = 0;
  #negativeInfinities = 0;
  #nans = 0;

  /** Restores a sum from its {@link ExactSumState}. Throws `argument/invalid` for another version. */
  static fromState(state: ExactSumState): ExactSum {
    if (state.version !== 1) {
      throw new SluiceError("argument/invalid", {
        found: `a sum of version ${String(state.version)}`,
        expected: "version 1",
        fix: "Read it with the release that wrote it.",
      });
    }
    const negative = state.mantissa.startsWith("-");
    const magnitude = BigInt(`0x${state.mantissa.slice(negative ? 1 : 0)}`) << BigInt(state.exponent + 1074);
    const sum = new ExactSum();
    sum.#count = state.count;
    sum.#carried = negative ? -magnitude : magnitude;
    sum.#positiveInfinities = state.positiveInfinities;
    sum.#negativeInfinities = state.negativeInfinities;
    sum.#nans = state.nans;
    return sum;
  }

  /** How many values were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds a value: any double. */
  add(value: number): void {
    this.#count++;
    const whole = this.#whole + value;
    if (Number.isSafeInteger(value) && Number.isSafeInteger(whole)) this.#whole = whole;
    else this.#addToBucket(value);
  }

  /** Adds everything that another sum holds. */
  merge(other: ExactSum): void {
    const whole = other.#whole;
    if (this.#sinceCarry + other.#sinceCarry >= carryAfter) this.#carry();
    this.#carried += other.#carried;
    for (let i = 0; i < other.#heads.length; i++) {
      const head = other.#heads[i] as number;
      const tail = other.#tails[i] as number;
      if (head !== 0 || tail !== 0) this.#addParts(other.#base + i, head, tail);
    }
    this.#sinceCarry += other.#sinceCarry;
    this.#count += other.#count - 1;
    this.add(whole);
    this.#positiveInfinities += other.#positiveInfinities;
    this.#negativeInfinities += other.#negativeInfinities;
    this.#nans += other.#nans;
  }

  /**
   * The exact sum rounded once to the nearest double; 0 when nothing was added. As in IEEE arithmetic it is NaN if a NaN or both
   * infinities were added, and infinite if one infinity was, or if the sum is beyond the largest double.
   */
  value(): number {
    if (this.#nans > 0 || (this.#positiveInfinities > 0 && this.#negativeInfinities > 0)) return Number.NaN;
    if (this.#positiveInfinities > 0) return Number.POSITIVE_INFINITY;
    if (this.#negativeInfinities > 0) return Number.NEGATIVE_INFINITY;
    if (this.#heads.length === 0 && this.#carried === 0n) return this.#whole;
    if (this.#carried !== 0n || this.#base + this.#heads.length > hugeFrom) return fromUnits(this.#units());
    const parts = [this.#whole];
    for (let i = this.#heads.length - 1; i >= 0; i--) {
      if (this.#heads[i] !== 0) parts.push(this.#heads[i] as number);
      if (this.#tails[i] !== 0) parts.push(this.#tails[i] as number);
    }
    return roundedSum(parts);
  }

  /** The state so far: equal for equal values, in whatever order and split they came. */
  state(): ExactSumState {
    const units = this.#units();
    const magnitude = units < 0n ? -units : units;
    const zeros = magnitude === 0n ? 0 : (magnitude.toString(2).match(/0*$/)?.[0].length ?? 0);
    return {
      version: 1,
      count: this.#count,
      mantissa: (units >> BigInt(zeros)).toString(16),
      exponent: magnitude === 0n ? 0 : zeros - 1074,
      positiveInfinities: this.#positiveInfinities,
      negativeInfinities: this.#negativeInfinities,
      nans: this.#nans,
    };
  }

  #addToBucket(value: number): void {
    if (!Number.isFinite(value)) {
      if (value > 0) this.#positiveInfinities++;
      else if (value < 0) this.#negativeInfinities++;
      else this.#nans++;
      return;
    }
    if (this.#sinceCarry >= carryAfter) this.#carry();
    this.#sinceCarry++;
    double[0] = value;
    const exponent = ((word[1] as number) >>> 20) & 2047;
    word[0] = (word[0] as number) & 0xf8000000;
    const head = double[0] as number;
    if (exponent < hugeFrom) this.#addParts(exponent, head, value - head);
    else this.#addParts(exponent, head * shrink, (value - head) * shrink);
  }

  #addParts(exponent: number, head: number, tail: number): void {
    let at = exponent - this.#base;
    if (at < 0 || at >= this.#heads.length) {
      this.#makeRoom(exponent);
      at = exponent - this.#base;
    }
    this.#heads[at] = (this.#heads[at] as number) + head;
    this.#tails[at] = (this.#tails[at] as number) + tail;
  }

  #makeRoom(exponent: number): void {
    const size = this.#heads.length;
    const from = Math.max(0, Math.min(exponent - 4, size === 0 ? exponent : this.#base));
    const to = Math.min(2048, Math.max(exponent + 5, size === 0 ? exponent : this.#base + size));
    const grow = (old: Float64Array): Float64Array => {
      const grown = new Float64Array(to - from);
      if (size > 0) grown.set(old, this.#base - from);
      return grown;
    };
    this.#heads = grow(this.#heads);
    this.#tails = grow(this.#tails);
    this.#base = from;
  }

  /** Moves what the buckets hold into one big integer, so that they can take as many values again. */
  #carry(): void {
    this.#carried = this.#units();
    this.#whole = 0;
    this.#heads.fill(0);
    this.#tails.fill(0);
    this.#sinceCarry = 0;
  }

  /** The exact sum of the finite values in units of 2^−1074. */
  #units(): bigint {
    let units = this.#carried + toUnits(this.#whole);
    for (let i = 0; i < this.#heads.length; i++) {
      const here = toUnits(this.#heads[i] as number) + toUnits(this.#tails[i] as number);
      units += this.#base + i < hugeFrom ? here : here << 64n;
    }
    return units;
  }
}
