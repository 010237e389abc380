import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { requireSameLength } from "../require-argument.ts";
import { powerOfTwo, roundScaled, toUnits } from "./double-units.ts";
import { readInteger, writeInteger } from "./exact-integer-bytes.ts";
import { ExponentBuckets } from "./exponent-buckets.ts";
import { SpecialCounts } from "./special-counts.ts";

const splitter = 2 ** 27 + 1;
/** Adding this to a product of two mantissas and subtracting it again leaves what is a multiple of 2^−24. */
const productAnchor = 1.5 * 2 ** 28;
/** The same for the error of such a product, and 2^−78. */
const errorAnchor = 1.5 * 2 ** -26;
/** Bits of the sum of 2^53 products of the largest size, in units of 2^−2148. */
const mostBits = 2 * 2098 + 56;
const block = 2 ** 20;

/** 2^−e for the biased exponent of 2^e: multiplying by it leaves the mantissa, in [1, 2). */
const toMantissa: Float64Array = Float64Array.from({ length: 2047 }, (_, exponent) =>
  powerOfTwo(Math.min(1023, 1023 - exponent)),
);

const word = new Uint32Array(2);
const double = new Float64Array(word.buffer);

function biasedExponent(value: number): number {
  double[0] = value;
  return ((word[1] as number) >>> 20) & 2047;
}

/** Rows of products whose biased exponents add up to `key`: four parts each, of the sizes that {@link addProduct} says. */
function unitsOf(key: number, parts: Float64Array, at: number): bigint {
  const here =
    toUnits(parts[at] as number) +
    toUnits(parts[at + 1] as number) +
    toUnits(parts[at + 2] as number) +
    toUnits(parts[at + 3] as number);
  // A row holds mantissas: 2^(key − 2046) times too small, in units of 2^−1074 where the whole has 2^−2148.
  return (here << BigInt(key + 102)) >> 1074n;
}

/**
 * Adds a product of two mantissas in [1, 2) without loss: the rounded product and its error (T. J. Dekker 1971), each split where every
 * product of the row is split. At their own exponents the parts would not line up, and their sums would round.
 */
function addProduct(parts: Float64Array, at: number, x: number, y: number): void {
  const farX = x * splitter;
  const headX = farX - (farX - x);
  const tailX = x - headX;
  const farY = y * splitter;
  const headY = farY - (farY - y);
  const tailY = y - headY;
  const product = x * y;
  const error = headX * headY - product + headX * tailY + tailX * headY + tailX * tailY;
  const productHead = product + productAnchor - productAnchor;
  const errorHead = error + errorAnchor - errorAnchor;
  parts[at] = (parts[at] as number) + productHead;
  parts[at + 1] = (parts[at + 1] as number) + (product - productHead);
  parts[at + 2] = (parts[at + 2] as number) + errorHead;
  parts[at + 3] = (parts[at + 3] as number) + (error - errorHead);
}

/**
 * A sum of products x·y (of squares with y = x) without any rounding until it is read, neither of a product nor of the sum: the same
 * bits in every order, split and merge. No product overflows or underflows, subnormal and huge ones included.
 *
 * @example
 * ```ts
 * import { ExactProductSum } from "sluice/stats";
 * const sum = new ExactProductSum();
 * sum.addAll([1e200, 3, -1e200], [1e200, 7, 1e200]);
 * if (sum.value() !== 21) throw new Error("the huge products cancel, nothing is lost");
 * ```
 */
export class ExactProductSum {
  #count = 0;
  readonly #buckets: ExponentBuckets = new ExponentBuckets(4, unitsOf);
  readonly #specials: SpecialCounts = new SpecialCounts();

  /** Restores a sum from its bytes. Throws `argument/invalid` for damaged ones. */
  static fromBytes(bytes: Uint8Array): ExactProductSum {
    const reader = new SummaryReader(bytes, "XPRO", 1);
    const sum = new ExactProductSum();
    sum.#count = reader.count();
    sum.#specials.read(reader);
    const units = readInteger(reader, mostBits);
    reader.end();
    const { total } = sum.#specials;
    reader.require(sum.#count > total || (sum.#count === total && units === 0n), "a sum of fewer products than it has");
    sum.#buckets.carry(units);
    return sum;
  }

  /** How many products were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds the product of two values: any doubles. */
  add(x: number, y: number): void {
    this.#count++;
    this.#buckets.reserve(1);
    const exponentX = biasedExponent(x);
    const exponentY = biasedExponent(y);
    if (exponentX === 0 || exponentY === 0 || exponentX === 2047 || exponentY === 2047) {
      this.#addUncommon(x, y);
      return;
    }
    const at = this.#buckets.place(exponentX + exponentY);
    const mantissaX = x * (toMantissa[exponentX] as number);
    addProduct(this.#buckets.parts, at, mantissaX, y * (toMantissa[exponentY] as number));
  }

  /** Adds the products of values at the same places. Throws `argument/invalid` for different lengths. */
  addAll(xs: ArrayLike<number>, ys: ArrayLike<number>): void {
    requireSameLength("xs and ys", xs, ys);
    if (!(xs instanceof Float64Array && ys instanceof Float64Array)) {
      for (let i = 0; i < xs.length; i++) this.add(xs[i] as number, ys[i] as number);
      return;
    }
    for (let from = 0; from < xs.length; from += block) {
      const part = xs.subarray(from, from + block);
      this.#buckets.reserve(part.length);
      if (xs === ys) this.#addSquares(part);
      else this.#addProducts(part, ys.subarray(from, from + block));
    }
    this.#count += xs.length;
  }

  /** Adds everything that another sum holds. */
  merge(other: ExactProductSum): void {
    this.#buckets.merge(other.#buckets);
    this.#specials.merge(other.#specials);
    this.#count += other.#count;
  }

  /**
   * The exact sum rounded once to the nearest double; 0 when nothing was added. NaN and infinite values as in IEEE arithmetic (0 times
   * an infinity is NaN); infinite as well if the sum is beyond the largest double.
   */
  value(): number {
    return this.#specials.sum() ?? roundScaled(this.units(), -2148);
  }

  /** The exact sum of the products of finite values as a whole number of 2^−2148, the square of the smallest double. */
  units(): bigint {
    return this.#buckets.units();
  }

  /** The sum as bytes: equal for equal products, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("XPRO", 1);
    writer.count(this.#count);
    this.#specials.write(writer);
    writeInteger(writer, this.units());
    return writer.finish();
  }

  /** Adds a product with a factor that is 0, subnormal or not finite. */
  #addUncommon(x: number, y: number): void {
    if (!(Number.isFinite(x) && Number.isFinite(y))) {
      this.#specials.add(x * y);
      return;
    }
    if (x === 0 || y === 0) return;
    const scaledX = Math.abs(x) < 2 ** -1022 ? x * 2 ** 54 : x;
    const scaledY = Math.abs(y) < 2 ** -1022 ? y * 2 ** 54 : y;
    const exponentX = biasedExponent(scaledX);
    const exponentY = biasedExponent(scaledY);
    const moved = (scaledX === x ? 0 : 54) + (scaledY === y ? 0 : 54);
    const at = this.#buckets.place(exponentX + exponentY - moved);
    const mantissaX = scaledX * (toMantissa[exponentX] as number);
    addProduct(this.#buckets.parts, at, mantissaX, scaledY * (toMantissa[exponentY] as number));
  }

  #addProducts(xs: Float64Array, ys: Float64Array): void {
    const wordsX = new Uint32Array(xs.buffer, xs.byteOffset, 2 * xs.length);
    const wordsY = new Uint32Array(ys.buffer, ys.byteOffset, 2 * ys.length);
    for (let i = 0; i < xs.length; i++) {
      const exponentX = ((wordsX[2 * i + 1] as number) >>> 20) & 2047;
      const exponentY = ((wordsY[2 * i + 1] as number) >>> 20) & 2047;
      const x = xs[i] as number;
      const y = ys[i] as number;
      if (exponentX === 0 || exponentY === 0 || exponentX === 2047 || exponentY === 2047) {
        this.#addUncommon(x, y);
        continue;
      }
      const at = this.#buckets.place(exponentX + exponentY);
      const mantissaX = x * (toMantissa[exponentX] as number);
      addProduct(this.#buckets.parts, at, mantissaX, y * (toMantissa[exponentY] as number));
    }
  }

  #addSquares(values: Float64Array): void {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    const buckets = this.#buckets;
    let { parts, base } = buckets;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const exponent = ((words[2 * i + 1] as number) >>> 20) & 2047;
      const at = 4 * (2 * exponent - base);
      if (exponent === 0 || exponent === 2047) {
        this.#addUncommon(value, value);
        ({ parts, base } = buckets);
      } else if (at >= 0 && at < parts.length) {
        const mantissa = value * (toMantissa[exponent] as number);
        addProduct(parts, at, mantissa, mantissa);
      } else {
        buckets.place(2 * exponent);
        ({ parts, base } = buckets);
        i--;
      }
    }
  }
}
