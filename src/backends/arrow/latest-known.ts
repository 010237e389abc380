import type { KeyCodes } from "../../table/key-codes.ts";
import { partitionByCode } from "./partition-by-code.ts";
import { sortByTime, type TimedItems } from "./sort-by-time.ts";

/** Source rows and spine rows by key code and time. */
export interface LatestKnownInput {
  readonly keys: KeyCodes;
  readonly eventTimeMs: Float64Array;
  /** From when each source row counts, epoch ms; never before its event time. The same array where that is the event time. */
  readonly knownTimeMs: Float64Array;
  /** Each spine row's T, epoch ms. */
  readonly atMs: Float64Array;
}

/**
 * For each spine row the source row with the latest event time among those known at T; of equal ones the later known, then
 * the later appended. −1 where there is none. A counting sort by key, a sort by known time inside each key, and a binary search a spine
 * row: n log n, whatever the number of candidates.
 */
export function latestKnown({ keys, eventTimeMs, knownTimeMs, atMs }: LatestKnownInput): Int32Array {
  const { starts, times, items } = timelines(keys, knownTimeMs);
  if (knownTimeMs !== eventTimeMs) keepLatest(starts, items, eventTimeMs);
  const asked = partitionByCode(keys.probe, keys.count, atMs);
  const matches = new Int32Array(atMs.length).fill(-1);
  for (let i = 0; i < asked.rows.length; i++) {
    const code = asked.codes[i] ?? 0;
    const at = asked.times[i] ?? 0;
    const from = starts[code] ?? 0;
    let low = from;
    let high = starts[code + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    if (low > from) matches[asked.rows[i] ?? 0] = items[low - 1] ?? -1;
  }
  return matches;
}

interface Timelines extends TimedItems {
  /** The rows of key `c` are at `[starts[c], starts[c + 1])`. */
  readonly starts: Uint32Array;
}

/** The source rows by key, those of each key by known time; equal ones as they were appended. */
function timelines({ source, count }: KeyCodes, knownTimeMs: Float64Array): Timelines {
  const coded = partitionByCode(source, count, knownTimeMs);
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < coded.codes.length; i++) {
    const code = coded.codes[i] ?? 0;
    starts[code] = (starts[code] ?? 0) + 1;
  }
  let sum = 0;
  for (let code = 0; code <= count; code++) {
    sum += starts[code] ?? 0;
    starts[code] = sum;
  }
  const own = { times: new Float64Array(sum), items: new Uint32Array(sum) };
  // From the last row back: each key's end moves down until it is the key's start.
  for (let i = coded.codes.length - 1; i >= 0; i--) {
    const code = coded.codes[i] ?? 0;
    const at = (starts[code] ?? 0) - 1;
    starts[code] = at;
    own.times[at] = coded.times[i] ?? 0;
    own.items[at] = coded.rows[i] ?? 0;
  }
  let longest = 0;
  for (let code = 0; code < count; code++) longest = Math.max(longest, (starts[code + 1] ?? 0) - (starts[code] ?? 0));
  const spare = { times: new Float64Array(longest), items: new Uint32Array(longest) };
  for (let code = 0; code < count; code++) sortByTime(own, spare, starts[code] ?? 0, starts[code + 1] ?? 0);
  return { starts, ...own };
}

/** Puts in the place of each item the one with the latest event time up to there; of equal ones the later. */
function keepLatest(starts: Uint32Array, items: Uint32Array, eventTimeMs: Float64Array): void {
  for (let code = 0; code + 1 < starts.length; code++) {
    let best = -1;
    let latest = 0;
    const end = starts[code + 1] ?? 0;
    for (let i = starts[code] ?? 0; i < end; i++) {
      const item = items[i] ?? 0;
      const event = eventTimeMs[item] ?? 0;
      if (best < 0 || event >= latest) {
        best = item;
        latest = event;
      }
      items[i] = best;
    }
  }
}
