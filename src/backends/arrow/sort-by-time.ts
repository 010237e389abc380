const shortRun = 32;

/** Items and the time of each, side by side. */
export interface TimedItems {
  readonly times: Float64Array;
  readonly items: Uint32Array;
}

/**
 * Sorts the part `[from, to)` of timed items by time, in place; equal times keep their order. What is in order already costs one look,
 * short parts an insertion sort, long ones a merge sort by way of `spare`, which is at least half as long as the part.
 */
export function sortByTime(own: TimedItems, spare: TimedItems, from: number, to: number): void {
  if (isSorted(own.times, from, to)) return;
  if (to - from <= shortRun) {
    insertionSort(own, from, to);
    return;
  }
  const middle = (from + to) >>> 1;
  sortByTime(own, spare, from, middle);
  sortByTime(own, spare, middle, to);
  merge(own, spare, from, middle, to);
}

function isSorted(times: Float64Array, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) if ((times[i - 1] ?? 0) > (times[i] ?? 0)) return false;
  return true;
}

function insertionSort({ times, items }: TimedItems, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const time = times[i] ?? 0;
    const item = items[i] ?? 0;
    let at = i;
    for (; at > from && (times[at - 1] ?? 0) > time; at--) {
      times[at] = times[at - 1] ?? 0;
      items[at] = items[at - 1] ?? 0;
    }
    times[at] = time;
    items[at] = item;
  }
}

function merge(own: TimedItems, spare: TimedItems, from: number, middle: number, to: number): void {
  const { times, items } = own;
  const kept = middle - from;
  for (let i = 0; i < kept; i++) {
    spare.times[i] = times[from + i] ?? 0;
    spare.items[i] = items[from + i] ?? 0;
  }
  let left = 0;
  let right = middle;
  for (let at = from; left < kept; at++) {
    const takeRight = right < to && (times[right] ?? 0) < (spare.times[left] ?? 0);
    times[at] = takeRight ? (times[right] ?? 0) : (spare.times[left] ?? 0);
    items[at] = takeRight ? (items[right] ?? 0) : (spare.items[left] ?? 0);
    if (takeRight) right++;
    else left++;
  }
}
