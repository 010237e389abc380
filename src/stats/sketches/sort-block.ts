import { sortDoubles } from "../sort-doubles.ts";

/** How many values a block has. */
export const blockSize = 4096;

const radix = 2048;
let sorting: { readonly counts: Uint32Array; readonly spare: Float64Array } | undefined;

/**
 * Sorts a block of 4,096 doubles without NaN and −0, in place: a radix sort by the upper halves of their bits, then insertion among what is
 * equal there. Where that would be long, as for values that differ in their last digits only, the block is sorted by all bits.
 */
export function sortBlock(block: Float64Array): void {
  sorting ??= { counts: new Uint32Array(3 * radix), spare: new Float64Array(blockSize) };
  const { counts, spare } = sorting;
  countDigits(block, counts);
  const passes = [0, 1, 2].filter((digit) => toStarts(counts.subarray(digit * radix, (digit + 1) * radix)));
  let [from, to] = [block, spare];
  for (const digit of passes) {
    distribute(from, to, digit * 11, counts.subarray(digit * radix, (digit + 1) * radix));
    [from, to] = [to, from];
  }
  if (from !== block) block.set(from);
  if (!insertionSorted(block)) block.set(sortDoubles(block));
}

/** The upper half of a double's bits as an unsigned number of the same order. */
function keyOf(high: number): number {
  return high ^ ((high >> 31) | 0x80000000);
}

function countDigits(block: Float64Array, counts: Uint32Array): void {
  const words = new Uint32Array(block.buffer, block.byteOffset, 2 * blockSize);
  counts.fill(0);
  for (let i = 1; i < words.length; i += 2) {
    const key = keyOf(words[i] as number);
    const low = key & 2047;
    const middle = radix + ((key >>> 11) & 2047);
    const top = 2 * radix + (key >>> 22);
    counts[low] = (counts[low] as number) + 1;
    counts[middle] = (counts[middle] as number) + 1;
    counts[top] = (counts[top] as number) + 1;
  }
}

/** Replaces the counts of a digit by the places where its values start; false if all values have the same digit. */
function toStarts(counts: Uint32Array): boolean {
  let start = 0;
  for (let digit = 0; digit < radix; digit++) {
    const count = counts[digit] as number;
    if (count === blockSize) return false;
    counts[digit] = start;
    start += count;
  }
  return true;
}

function distribute(from: Float64Array, to: Float64Array, shift: number, starts: Uint32Array): void {
  const words = new Uint32Array(from.buffer, from.byteOffset, 2 * blockSize);
  for (let i = 0; i < blockSize; i++) {
    const digit = (keyOf(words[2 * i + 1] as number) >>> shift) & 2047;
    const at = starts[digit] as number;
    starts[digit] = at + 1;
    to[at] = from[i] as number;
  }
}

/** Sorts by insertion; false as soon as that takes more than four moves a value. */
function insertionSorted(block: Float64Array): boolean {
  let moves = 4 * blockSize;
  for (let i = 1; i < blockSize; i++) {
    const value = block[i] as number;
    let at = i;
    while (at > 0 && (block[at - 1] as number) > value) {
      block[at] = block[at - 1] as number;
      at--;
    }
    block[at] = value;
    moves -= i - at;
    if (moves < 0) return false;
  }
  return true;
}
