import { lowerBound } from "../core/lower-bound.ts";
const digits: readonly (readonly [word: 0 | 1, shift: number, mask: number])[] = [
  [0, 0, 2047],
  [0, 11, 2047],
  [0, 22, 1023],
  [1, 0, 2047],
  [1, 11, 2047],
  [1, 22, 1023],
];

/**
 * A sorted copy of numbers without NaN, ascending. Spread-out values are dealt into as many even cells as there are values and sorted
 * within them, at two to three passes; what crowds in few cells (heavy tails, many ties) takes a radix sort over the bits; small inputs
 * take the native sort. −0 comes before 0. Assumes a little-endian machine, as every JavaScript engine runs on.
 */
export function sortDoubles(values: ArrayLike<number>): Float64Array {
  return sortOwnDoubles(new Float64Array(values));
}

/** {@link sortDoubles} of an array that the caller gives away: the sorted one may be the same array or another. */
export function sortOwnDoubles(values: Float64Array): Float64Array {
  if (values.length < 4096) return values.sort();
  return cellSort(values) ?? radixSort(values);
}

/** The values sorted by even cells between the least and the largest, or undefined where too many of them share cells. */
function cellSort(values: Float64Array): Float64Array | undefined {
  const n = values.length;
  let least = values[0] as number;
  let most = least;
  for (let i = 1; i < n; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  const scale = (n - 1) / (most - least);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY && most - least < Number.POSITIVE_INFINITY)) return undefined;
  const starts = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) {
    const next = (((values[i] as number) - least) * scale + 1) | 0;
    starts[next] = (starts[next] as number) + 1;
  }
  let pairs = 0;
  for (let cell = 1; cell <= n; cell++) {
    const count = starts[cell] as number;
    pairs += count * count;
    starts[cell] = (starts[cell - 1] as number) + count;
  }
  // Sorting within cells takes about a quarter of the squares of their counts in moves.
  if (pairs > 16 * n) return undefined;
  const sorted = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const value = values[i] as number;
    const cell = ((value - least) * scale) | 0;
    const at = starts[cell] as number;
    starts[cell] = at + 1;
    sorted[at] = value;
  }
  insertionSort(sorted);
  orderZeros(sorted);
  return sorted;
}

/** Sorts values none of which is far from its place. */
function insertionSort(values: Float64Array): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number;
    let at = i - 1;
    while (at >= 0 && (values[at] as number) > value) {
      values[at + 1] = values[at] as number;
      at--;
    }
    values[at + 1] = value;
  }
}

/** Puts −0 before 0, which no comparison does. */
function orderZeros(sorted: Float64Array): void {
  const low = lowerBound(sorted, 0);
  let negative = 0;
  let end = low;
  for (; end < sorted.length && sorted[end] === 0; end++) if (Object.is(sorted[end], -0)) negative++;
  sorted.fill(-0, low, low + negative).fill(0, low + negative, end);
}

function radixSort(values: Float64Array): Float64Array {
  const n = values.length;
  let from: Uint32Array = new Uint32Array(values.buffer, values.byteOffset, 2 * n);
  let to: Uint32Array = new Uint32Array(2 * n);
  flipToOrder(from);
  const counts = countDigits(from);
  for (let pass = 0; pass < digits.length; pass++) {
    const [word, shift, mask] = digits[pass] as (typeof digits)[number];
    const starts = counts.subarray(pass * 2048, pass * 2048 + mask + 1);
    if (!toStarts(starts, n)) continue;
    for (let i = 0; i < 2 * n; i += 2) {
      const digit = ((from[i + word] as number) >>> shift) & mask;
      const at = 2 * (starts[digit] as number);
      starts[digit] = (starts[digit] as number) + 1;
      to[at] = from[i] as number;
      to[at + 1] = from[i + 1] as number;
    }
    [from, to] = [to, from];
  }
  flipBack(from);
  return new Float64Array(from.buffer, from.byteOffset, n);
}

/** Turns the bits of doubles into unsigned 64-bit integers of the same order. */
function flipToOrder(words: Uint32Array): void {
  for (let i = 0; i < words.length; i += 2) {
    const high = words[i + 1] as number;
    if (high >>> 31 === 1) {
      words[i] = ~(words[i] as number);
      words[i + 1] = ~high;
    } else {
      words[i + 1] = high | 0x80000000;
    }
  }
}

function flipBack(words: Uint32Array): void {
  for (let i = 0; i < words.length; i += 2) {
    const high = words[i + 1] as number;
    if (high >>> 31 === 1) {
      words[i + 1] = high & 0x7fffffff;
    } else {
      words[i] = ~(words[i] as number);
      words[i + 1] = ~high;
    }
  }
}

function countDigits(words: Uint32Array): Uint32Array {
  const counts = new Uint32Array(6 * 2048);
  const count = (at: number): void => {
    counts[at] = (counts[at] as number) + 1;
  };
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i] as number;
    const high = words[i + 1] as number;
    count(low & 2047);
    count(2048 + ((low >>> 11) & 2047));
    count(4096 + (low >>> 22));
    count(6144 + (high & 2047));
    count(8192 + ((high >>> 11) & 2047));
    count(10240 + (high >>> 22));
  }
  return counts;
}

/** Replaces the counts of a digit by the places where its values start; false if one digit holds all n, so there is nothing to sort by. */
function toStarts(counts: Uint32Array, n: number): boolean {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] as number;
    if (count === n) return false;
    counts[digit] = start;
    start += count;
  }
  return true;
}
