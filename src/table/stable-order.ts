import { bucketOrder } from "./bucket-order.ts";

/**
 * The indices of `items` (all indices when left out) in ascending order of `values`; equal values keep their order;
 * NaN comes at an end. Evenly spread values are sorted by ranges, others by a radix sort with 11-bit digits.
 */
export function stableOrder(values: Float64Array, items?: Uint32Array): Uint32Array {
  const order = items ?? counting(values.length);
  if (isAscending(values, order)) return order;
  if (order.length < 1024) return order.slice().sort((a, b) => compare(values[a] ?? 0, values[b] ?? 0));
  return bucketOrder(values, order) ?? radixOrder(values, order);
}

function counting(length: number): Uint32Array {
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  return order;
}

function isAscending(values: Float64Array, order: Uint32Array): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < order.length; i++) {
    const value = values[order[i] ?? 0] ?? 0;
    if (!(value >= last)) return false;
    last = value;
  }
  return true;
}

function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function radixOrder(values: Float64Array, order: Uint32Array): Uint32Array {
  const { high, low } = sortableWords(values);
  let from = order.slice();
  let to = new Uint32Array(order.length);
  for (let digit = 0; digit < 6; digit++) {
    const words = digit < 3 ? low : high;
    const shift = (digit % 3) * 11;
    const starts = new Uint32Array(2049);
    for (let i = 0; i < from.length; i++) {
      const bucket = ((words[from[i] ?? 0] ?? 0) >>> shift) & 2047;
      starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
    }
    if (starts.includes(from.length, 1)) continue;
    for (let b = 0; b < 2048; b++) starts[b + 1] = (starts[b + 1] ?? 0) + (starts[b] ?? 0);
    for (let i = 0; i < from.length; i++) {
      const item = from[i] ?? 0;
      const bucket = ((words[item] ?? 0) >>> shift) & 2047;
      const at = starts[bucket] ?? 0;
      to[at] = item;
      starts[bucket] = at + 1;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** The doubles' bits, changed so that unsigned words sort as the numbers do; −0 sorts as 0. */
function sortableWords(values: Float64Array): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const high = new Uint32Array(values.length);
  const low = new Uint32Array(values.length);
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  for (let i = 0; i < values.length; i++) {
    double[0] = (values[i] ?? 0) + 0;
    const upper = words[1] ?? 0;
    const lower = words[0] ?? 0;
    const negative = upper >>> 31 === 1;
    high[i] = negative ? ~upper : upper | 0x80000000;
    low[i] = negative ? ~lower : lower;
  }
  return { high, low };
}
