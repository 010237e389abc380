import { upperBound } from "../../core/upper-bound.ts";
import { type Random, seededRandom } from "../../core/random.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireFraction, requireNumber } from "../require-argument.ts";
import { Coins } from "./coins.ts";
import { type KllSize, kllRankError, kOf, kRange } from "./kll-bounds.ts";
import { bitsOf, every, KllLevels } from "./kll-levels.ts";
import { requireCountable, requireNumbers, requireNumeric, requireSameParameter } from "./sketch-arguments.ts";
import { blockSize, sortBlock } from "./sort-block.ts";
import { ValueBlock } from "./value-block.ts";
import { ascendBetween, type WeightedValues } from "./weighted-values.ts";

/** How a {@link KllSketch} is made: by `k` or `rankError`, and its randomness. */
export interface KllOptions extends KllSize {
  /** Where the first coins come from; two numbers are drawn, here only. @default `seededRandom("kll")` */
  readonly random?: Random;
}

/**
 * Quantiles and ranks of a stream in bounded memory, of any distribution: with the default k = 200 a rank is off by at most 1.33% of the
 * count with 99% confidence, and all ranks at once by at most 1.65%. Sketches of parts merge into one of the whole, within the
 * same bounds, however many and however unequal they are.
 *
 * Up to 4,095 values, and up to k, everything is exact. Afterwards blocks of 4,096 are sorted and thinned, and levels of weights 1, 2, 4, … are
 * halved when they are full, keeping every second value from a random start; at most 14k + 4,096 values are held. The bounds are those that Apache
 * DataSketches publishes; here they are proven for every order and every tree of merges (`docs/decisions/0007-kll-error.md`), for data
 * that do not depend on the coins. The coins are part of the state and are stirred by the data, so that equal steps give equal bytes,
 * a restored sketch goes on as if never stored, and sketches made alike still err independently.
 *
 * NaN is counted apart; infinities are values; −0 becomes 0.
 *
 * Source: Karnin, Lang & Liberty, "Optimal quantile approximation in streams", FOCS 2016.
 *
 * @example
 * ```ts
 * import { isNotComputable, KllSketch } from "sluice/stats";
 * const left = new KllSketch();
 * const right = new KllSketch();
 * left.addAll(Float64Array.from({ length: 30_000 }, (_, i) => i));
 * right.addAll(Float64Array.from({ length: 70_000 }, (_, i) => 30_000 + i));
 * left.merge(KllSketch.fromBytes(right.toBytes()));
 * const median = left.quantile(0.5);
 * if (isNotComputable(median) || Math.abs(median - 50_000) > left.rankErrorBound() * 100_000) throw new Error("off");
 * if (left.count !== 100_000 || left.max !== 99_999) throw new Error("the count and the extremes are exact");
 * ```
 */
export class KllSketch {
  /** The size parameter. */
  readonly k: number;
  readonly #width: number;
  readonly #levels: KllLevels;
  #coins: Coins;
  readonly #waiting: ValueBlock = new ValueBlock();
  #count = 0;
  #nans = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #exact = true;
  #weighted: WeightedValues | undefined;

  /** Throws `argument/invalid` for a size out of range, and for `k` and `rankError` together. */
  constructor({ random = seededRandom("kll"), ...size }: KllOptions = {}) {
    this.k = kOf(size);
    this.#width = Math.ceil(3.5 * this.k);
    this.#levels = new KllLevels(this.#width);
    this.#coins = new Coins(random.uint32(), random.uint32());
  }

  /** Restores a sketch from {@link KllSketch.toBytes}. Throws `argument/invalid` for damaged or other bytes. */
  static fromBytes(bytes: Uint8Array): KllSketch {
    const reader = new SummaryReader(bytes, "KLLS", 1);
    const k = reader.count();
    reader.require(k >= kRange[0] && k <= kRange[1], `k = ${k}`);
    const sketch = new KllSketch({ k });
    sketch.#read(reader);
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

  /** The smallest value, exactly; `notComputable("empty")` without values. */
  get min(): number | NotComputable {
    return this.#count === 0 ? nothing() : this.#min;
  }

  /** The largest value, exactly; `notComputable("empty")` without values. */
  get max(): number | NotComputable {
    return this.#count === 0 ? nothing() : this.#max;
  }

  /** How many values are held, of the many that were added. */
  get size(): number {
    return this.#waiting.length + this.#levels.size;
  }

  /** Whether nothing was left out yet, so that every answer is exact. */
  get exact(): boolean {
    return this.#exact;
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
    requireCountable(this.#count + count);
    if (count === 0) return;
    this.#weighted = undefined;
    this.#count += count;
    this.#stretch(value + 0);
    if (count > 1) this.#insertWeighted(value + 0, count);
    else this.#waiting.push(value + 0);
    if (this.#waiting.full) this.#thin();
  }

  /** Adds every value of an array or typed array. Throws `argument/invalid`, adding nothing, if one is no number. */
  addAll(values: ArrayLike<number>): void {
    requireNumbers(values);
    requireCountable(this.#count + this.#nans + values.length);
    this.#weighted = undefined;
    for (let at = 0; at < values.length; ) {
      const before = this.#waiting.length;
      const start = at;
      at = this.#waiting.fill(values, start);
      const added = this.#waiting.length - before;
      this.#count += added;
      this.#nans += at - start - added;
      for (const value of this.#waiting.values.subarray(before)) this.#stretch(value);
      if (this.#waiting.full) this.#thin();
    }
  }

  /** Adds what another sketch has seen. Throws `argument/invalid` for another k. */
  merge(other: KllSketch): void {
    requireSameParameter("k", this.k, other.k);
    requireCountable(this.#count + other.#count);
    requireCountable(this.#nans + other.#nans);
    const waiting = other.#waiting.values.slice();
    const levels = [...other.#levels.levels];
    for (const word of other.#coins.state) this.#coins.stir(word);
    this.#count += other.#count - waiting.length;
    this.#nans += other.#nans;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#exact &&= other.#exact;
    for (const [level, values] of levels.entries()) this.#levels.insert(level, values);
    this.#compact();
    this.addAll(waiting);
  }

  /**
   * The value at index ⌊q·(count − 1)⌋ of the sorted values, as numpy's quantile by the method "lower": exactly while the sketch is exact, and for
   * 0 and 1; otherwise a value whose rank is off by at most {@link KllSketch.rankErrorBound}. `notComputable("empty")` without values.
   *
   * @param q - From 0 to 1, otherwise `argument/invalid`.
   */
  quantile(q: number): number | NotComputable {
    requireFraction("q", q);
    if (this.#count === 0) return nothing();
    if (q === 0) return this.#min;
    if (q === 1) return this.#max;
    const { values, upTo } = this.#view();
    return values[upperBound(upTo, Math.floor(q * (this.#count - 1)))] as number;
  }

  /**
   * The share of values that are at most `x`. `notComputable("empty")` without values.
   *
   * @param x - Any number, infinities too; NaN throws `argument/invalid`.
   */
  rank(x: number): number | NotComputable {
    requireNumber("x", x);
    if (this.#count === 0) return nothing();
    if (x < this.#min) return 0;
    if (x >= this.#max) return 1;
    const { values, upTo } = this.#view();
    const above = upperBound(values, x);
    return above === 0 ? 0 : (upTo[above - 1] as number) / this.#count;
  }

  /** The {@link KllSketch.rank} of every point. */
  cdf(points: ArrayLike<number>): Float64Array | NotComputable {
    if (this.#count === 0) return nothing();
    return Float64Array.from(points, (x) => this.rank(x) as number);
  }

  /**
   * The share of the count by which a rank can be off, with 99% confidence: 0 while the sketch is exact.
   *
   * @param options - `all`: whether all ranks and quantiles at once are to be that close, not one that was chosen beforehand. Default: one.
   */
  rankErrorBound({ all = false }: { readonly all?: boolean } = {}): number {
    return this.#exact ? 0 : kllRankError(this.k, all);
  }

  /** What the sketch holds, as copies: the steps of the distribution function that {@link KllSketch.rank} reads. */
  weighted(): WeightedValues {
    const { values, upTo } = this.#view();
    return { values: values.slice(), upTo: upTo.slice() };
  }

  /** The state, coins included. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("KLLS", 1);
    writer.count(this.k);
    for (const word of this.#coins.state) writer.u32(word);
    writer.u8(this.#exact ? 1 : 0);
    writer.count(this.#nans);
    writer.count(this.#count);
    writer.f64(this.#min);
    writer.f64(this.#max);
    writer.f64s(this.#waiting.values);
    writer.count(this.#levels.levels.length);
    for (const values of this.#levels.levels) writer.f64s(values);
    return writer.finish();
  }

  #view(): WeightedValues {
    this.#weighted ??= this.#levels.weighted(this.#waiting.values.slice().sort());
    return this.#weighted;
  }

  #stretch(value: number): void {
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /**
   * Sorts a full block and keeps every stride-th value from a random start. The stride is the largest power of 2, up to 64, of which
   * all blocks together add less than a tenth to the variance of the levels.
   */
  #thin(): void {
    const block = this.#waiting.values;
    sortBlock(block);
    let level = 0;
    for (let square = 4; level < 6 && square * this.#width * this.#width <= 6000 * this.#count; square *= 4) level++;
    const stride = 1 << level;
    this.#coins.stir(bitsOf(block[0] as number) ^ bitsOf(block[blockSize / 2] as number));
    this.#levels.insert(level, every(block, stride, this.#coins.draw(stride)));
    this.#waiting.clear();
    if (level > 0) this.#exact = false;
    this.#compact();
  }

  #compact(): void {
    if (this.#levels.compact(this.#count, this.#coins)) this.#exact = false;
  }

  /** Adds a value to the levels of the binary digits of its count. */
  #insertWeighted(value: number, count: number): void {
    let rest = count;
    for (let level = 0; rest > 0; level++) {
      if (rest % 2 === 1) this.#levels.insert(level, Float64Array.of(value));
      rest = Math.floor(rest / 2);
    }
    this.#compact();
  }

  #read(reader: SummaryReader): void {
    this.#coins = new Coins(reader.u32(), reader.u32());
    const exact = reader.u8();
    this.#exact = exact === 1;
    this.#nans = reader.count();
    this.#count = reader.count();
    this.#min = reader.f64();
    this.#max = reader.f64();
    const waiting = reader.f64s();
    reader.require(exact <= 1 && waiting.length < blockSize, `${waiting.length} waiting values with the flag ${exact}`);
    this.#waiting.fill(waiting, 0);
    const levels = reader.count();
    reader.require(levels <= 53, `${levels} levels`);
    for (let level = 0; level < levels; level++) this.#levels.insert(level, reader.f64s());
    const { values, upTo } = this.#view();
    reader.require((upTo.at(-1) ?? 0) === this.#count, `weights that do not add up to ${this.#count}`);
    const fits = this.#count === 0 ? this.#min > this.#max : ascendBetween(values, this.#min, this.#max);
    reader.require(fits, "values out of order or beyond the extremes");
  }
}

function nothing(): NotComputable {
  return notComputable("empty", "no values were added to the sketch");
}
