import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { requireSameLength } from "../require-argument.ts";
import { powerOfTwo, roundScaled, toUnits } from "./double-units.ts";
import { readInteger, writeInteger } from "./exact-integer-bytes.ts";
import { ExponentBuckets } from "./exponent-buckets.ts";
import { exponentAt, highWords } from "./high-words.ts";
import { PendingDoubles } from "./pending-doubles.ts";
import { SpecialCounts } from "./special-counts.ts";

/** Multiplying by this and subtracting again leaves the upper 26 bits (G. W. Veltkamp). */
const splitter = 2 ** 27 + 1;
/** Adding this to a product of two mantissas and subtracting it again leaves what is a multiple of 2^−24. */
const productAnchor = 1.5 * 2 ** 28;
/** The same for the error of such a product, and 2^−78. */
const errorAnchor = 1.5 * 2 ** -26;
/** Bits of the sum of 2^53 products of the largest size, in units of 2^−2148. */
const mostBits = 2 * 2098 + 56;
const block = 2 ** 20;

/** Rows for the sums of two exponents, and for the exponents of a square's root; empty between calls. The first and last in use. */
const table = new Float64Array(4 * 4096);
const squareTable = new Float64Array(4 * 2048);
const range = new Int32Array(2);

/** 2^−e for the biased exponent of 2^e: multiplying by it leaves the mantissa, in [1, 2), of all values but uncommon ones. */
const toMantissa: Float64Array = Float64Array.from({ length: 2048 }, (_, exponent) =>
  powerOfTwo(Math.min(1023, 1023 - exponent)),
);

/** Rows of products whose biased exponents add up to `key`: four parts each, of the sizes that {@link addProducts} says. */
function unitsOf(key: number, parts: Float64Array, at: number): bigint {
  let row = BigInt((parts[at] as number) * 2 ** 24);
  row = (row << 28n) + BigInt((parts[at + 1] as number) * 2 ** 52);
  row = (row << 26n) + BigInt((parts[at + 2] as number) * 2 ** 78);
  row = (row << 26n) + BigInt((parts[at + 3] as number) * 2 ** 104);
  // Mantissas are the products over 2^(key − 2046); the row is in units of 2^−104 of that, the whole is in units of 2^−2148.
  return row << BigInt(key - 2);
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
  readonly #buckets: ExponentBuckets = new ExponentBuckets(4, 4096, unitsOf);
  readonly #specials: SpecialCounts = new SpecialCounts();
  readonly #pendingX: PendingDoubles = new PendingDoubles();
  readonly #pendingY: PendingDoubles = new PendingDoubles();

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
    sum.#buckets.addUnits(units);
    return sum;
  }

  /** How many products were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds the product of two values: any doubles. */
  add(x: number, y: number): void {
    this.#count++;
    this.#pendingX.push(x);
    if (this.#pendingY.push(y)) this.#settle();
  }

  /** Adds the products of values at the same places. Throws `argument/invalid` for different lengths. */
  addAll(xs: ArrayLike<number>, ys: ArrayLike<number>): void {
    requireSameLength("xs and ys", xs, ys);
    if (!(xs instanceof Float64Array && ys instanceof Float64Array)) {
      for (let i = 0; i < xs.length; i++) this.add(xs[i] as number, ys[i] as number);
      return;
    }
    this.#count += xs.length;
    for (let from = 0; from < xs.length; from += block) {
      const part = xs.subarray(from, from + block);
      this.#addBlock(part, xs === ys ? part : ys.subarray(from, from + block));
    }
  }

  /** Adds everything that another sum holds. */
  merge(other: ExactProductSum): void {
    this.#settle();
    other.#settle();
    this.#buckets.merge(other.#buckets);
    this.#specials.merge(other.#specials);
    this.#count += other.#count;
  }

  /**
   * The exact sum rounded once to the nearest double; 0 when nothing was added. NaN and infinite values as in IEEE arithmetic (0 times
   * an infinity is NaN); infinite as well if the sum is beyond the largest double.
   */
  value(): number {
    this.#settle();
    return this.#specials.sum() ?? roundScaled(this.units(), -2148);
  }

  /** The exact sum of the products of finite values as a whole number of 2^−2148, the square of the smallest double. */
  units(): bigint {
    this.#settle();
    return this.#buckets.units();
  }

  /** The sum as bytes: equal for equal products, in whatever order and split they came. */
  toBytes(): Uint8Array {
    this.#settle();
    const writer = new SummaryWriter("XPRO", 1);
    writer.count(this.#count);
    this.#specials.write(writer);
    writeInteger(writer, this.units());
    return writer.finish();
  }

  /** Moves the products that wait into their buckets. */
  #settle(): void {
    if (!this.#pendingX.empty) this.#addBlock(this.#pendingX.take(), this.#pendingY.take());
  }

  #addBlock(xs: Float64Array, ys: Float64Array): void {
    this.#buckets.reserve(xs.length);
    if (xs === ys) this.#addSquares(xs);
    else this.#addProducts(xs, ys);
  }

  #addProducts(xs: Float64Array, ys: Float64Array): void {
    const wordsX = highWords(xs);
    const wordsY = highWords(ys);
    range[0] = 4096;
    range[1] = 0;
    for (let i = 0; i < xs.length; i++) {
      i = addProducts(xs, wordsX, ys, wordsY, i);
      if (i < xs.length) this.#addUncommon(xs[i] as number, ys[i] as number);
    }
    this.#buckets.take(table, range[0] as number, range[1] as number, 1);
  }

  #addSquares(values: Float64Array): void {
    const words = highWords(values);
    range[0] = 2047;
    range[1] = 0;
    addSquares(values, words);
    const subnormal = emptySquareRow(0);
    const special = emptySquareRow(2047);
    this.#buckets.take(squareTable, (range[0] as number) + 1, range[1] as number, 2);
    if (!subnormal && !special) return;
    for (let i = 0; i < values.length; i++) {
      if (!isCommon(exponentAt(words, i))) this.#addUncommon(values[i] as number, values[i] as number);
    }
  }

  /** Adds a product with a factor that is 0, subnormal or not finite. */
  #addUncommon(x: number, y: number): void {
    if (!(Number.isFinite(x) && Number.isFinite(y))) {
      this.#specials.add(x * y);
      return;
    }
    if (x !== 0 && y !== 0) this.#buckets.addUnits(toUnits(x) * toUnits(y));
  }
}

function isCommon(exponent: number): boolean {
  return exponent > 0 && exponent < 2047;
}

/**
 * Adds products to their rows, from place `from` on until a factor is 0, subnormal or not finite; returns where it stopped, and notes the
 * range of rows.
 *
 * A product of two mantissas in [1, 2) and its rounding error (T. J. Dekker 1971) are exact; each is split where every product of the row
 * is split. Split at their own exponents, the parts would not line up and their sums would round.
 */
function addProducts(
  xs: Float64Array,
  wordsX: Uint32Array,
  ys: Float64Array,
  wordsY: Uint32Array,
  from: number,
): number {
  let lowest = range[0] as number;
  let highest = range[1] as number;
  let i = from;
  for (; i < xs.length; i++) {
    const exponentX = ((wordsX[2 * i + 1] as number) >>> 20) & 2047;
    const exponentY = ((wordsY[2 * i + 1] as number) >>> 20) & 2047;
    if (((exponentX - 1) | (exponentY - 1) | (2046 - exponentX) | (2046 - exponentY)) < 0) break;
    const row = exponentX + exponentY;
    if (row < lowest) lowest = row;
    if (row > highest) highest = row;
    const x = (xs[i] as number) * (toMantissa[exponentX] as number);
    const y = (ys[i] as number) * (toMantissa[exponentY] as number);
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
    table[4 * row] = (table[4 * row] as number) + productHead;
    table[4 * row + 1] = (table[4 * row + 1] as number) + (product - productHead);
    table[4 * row + 2] = (table[4 * row + 2] as number) + errorHead;
    table[4 * row + 3] = (table[4 * row + 3] as number) + (error - errorHead);
  }
  range[0] = lowest;
  range[1] = highest;
  return i;
}

/**
 * {@link addProducts} of values with themselves: a third quicker, without a look at uncommon values. The row of exponent 0 stays empty
 * unless a subnormal value came by (zeros add nothing, squares never cancel), that of 2047 unless an infinite one or a NaN did.
 */
function addSquares(values: Float64Array, words: Uint32Array): void {
  let lowest = range[0] as number;
  let highest = range[1] as number;
  for (let i = 0; i < values.length; i++) {
    const exponent = ((words[2 * i + 1] as number) >>> 20) & 2047;
    if ((exponent - 1) >>> 0 < lowest) lowest = exponent - 1;
    if (exponent > highest) highest = exponent;
    const value = (values[i] as number) * (toMantissa[exponent] as number);
    const far = value * splitter;
    const head = far - (far - value);
    const tail = value - head;
    const product = value * value;
    const error = head * head - product + 2 * head * tail + tail * tail;
    const productHead = product + productAnchor - productAnchor;
    const errorHead = error + errorAnchor - errorAnchor;
    squareTable[4 * exponent] = (squareTable[4 * exponent] as number) + productHead;
    squareTable[4 * exponent + 1] = (squareTable[4 * exponent + 1] as number) + (product - productHead);
    squareTable[4 * exponent + 2] = (squareTable[4 * exponent + 2] as number) + errorHead;
    squareTable[4 * exponent + 3] = (squareTable[4 * exponent + 3] as number) + (error - errorHead);
  }
  range[0] = lowest;
  range[1] = highest;
}

/** Empties a row; tells whether there was anything in it. */
function emptySquareRow(row: number): boolean {
  let used = false;
  for (let at = 4 * row; at < 4 * row + 4; at++) {
    if (squareTable[at] !== 0) used = true;
    squareTable[at] = 0;
  }
  return used;
}
