/**
 * The indices of `order` in stable ascending order of `values`: one counting sort into narrow ranges of equal width, then an
 * insertion sort inside each. Linear, and kind to caches, for values that spread evenly; `undefined` for others (radix sort does
 * those) and where a value is not finite.
 */
export function bucketOrder(values: Float64Array, order: Uint32Array): Uint32Array | undefined {
  const { least, greatest } = extremes(values, order);
  const count = Math.max(1, order.length >>> 2);
  const scale = (count - 1) / (greatest - least);
  if (!(scale > 0) || scale === Number.POSITIVE_INFINITY) return undefined;
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < order.length; i++) {
    const bucket = Math.floor(((values[order[i] ?? 0] ?? 0) - least) * scale);
    starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
  }
  if (isSkewed(starts, order.length)) return undefined;
  for (let b = 0; b < count; b++) starts[b + 1] = (starts[b + 1] ?? 0) + (starts[b] ?? 0);
  const sorted = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const item = order[i] ?? 0;
    const bucket = Math.floor(((values[item] ?? 0) - least) * scale);
    const at = starts[bucket] ?? 0;
    sorted[at] = item;
    starts[bucket] = at + 1;
  }
  insertionSort(values, sorted);
  return sorted;
}

function extremes(values: Float64Array, order: Uint32Array): { readonly least: number; readonly greatest: number } {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < order.length; i++) {
    const value = values[order[i] ?? 0] ?? 0;
    if (Number.isNaN(value)) return { least: Number.NaN, greatest: Number.NaN };
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return { least, greatest };
}

/** Whether insertion sorts would cost more than about 32 moves an item. `starts` holds the sizes, one place on. */
function isSkewed(starts: Uint32Array, items: number): boolean {
  let moves = 0;
  for (let b = 1; b < starts.length; b++) moves += (starts[b] ?? 0) * (starts[b] ?? 0);
  return moves > items * 128;
}

/** Sorts what is almost sorted: items are at most their range's size away from their place. */
function insertionSort(values: Float64Array, items: Uint32Array): void {
  for (let i = 1; i < items.length; i++) {
    const item = items[i] ?? 0;
    const value = values[item] ?? 0;
    let at = i;
    for (; at > 0 && (values[items[at - 1] ?? 0] ?? 0) > value; at--) items[at] = items[at - 1] ?? 0;
    items[at] = item;
  }
}
