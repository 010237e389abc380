import { countsFromMs } from "../../table/counts-from.ts";
import type { KeyCodes } from "../../table/key-codes.ts";
import { type CodedRows, partitionByCode, partitionShift } from "./partition-by-code.ts";
import { sortByTime, type TimedItems } from "./sort-by-time.ts";

/** Source rows and spine rows by key code and time. */
export interface LatestKnownInput {
  readonly keys: KeyCodes;
  readonly eventTimeMs: Float64Array;
  /** When each source row is known, epoch ms. The same array where that is the event time. */
  readonly knownTimeMs: Float64Array;
  /** Each spine row's T, epoch ms. */
  readonly atMs: Float64Array;
}

/**
 * For each spine row the source row with the latest event time among those that have happened and are known at T; of equal ones the later
 * known, then the later appended. −1 where there is none. A counting sort by key, a sort inside each key by the time from which rows count, and
 * a binary search a spine row: n log n, whatever the number of candidates.
 */
export function latestKnown({ keys, eventTimeMs, knownTimeMs, atMs }: LatestKnownInput): Int32Array {
  const countsMs = countsFromMs(eventTimeMs, knownTimeMs);
  const counted = partitionByCode(keys.source, keys.count, countsMs);
  const asked = partitionByCode(keys.probe, keys.count, atMs);
  const matches = new Int32Array(atMs.length).fill(-1);
  const width = 1 << partitionShift(keys.count);
  const lines = emptyTimelines(counted.starts, width);
  for (let p = 0; p + 1 < counted.starts.length; p++) {
    if (counted.starts[p] === counted.starts[p + 1] || asked.starts[p] === asked.starts[p + 1]) continue;
    const codes = { first: p * width, count: Math.min(width, keys.count - p * width) };
    fillTimelines(lines, counted, p, codes);
    for (let code = 0; code < codes.count; code++)
      sortByTime(lines, lines.spare, lines.starts[code] ?? 0, lines.starts[code + 1] ?? 0);
    if (knownTimeMs !== eventTimeMs)
      keepLatest(lines, codes.count, eventTimeMs, countsMs === knownTimeMs ? undefined : knownTimeMs);
    search(lines, asked, p, codes.first, matches);
  }
  return matches;
}

/** The source rows of one partition by key, those of each key by the time from which they count; equal ones as they were appended. Used for one after another. */
interface Timelines extends TimedItems {
  /** The rows of the partition's `c`th code are at `[starts[c], starts[c + 1])`. */
  readonly starts: Uint32Array;
  readonly spare: TimedItems;
}

/** Room for the largest partition. */
function emptyTimelines(starts: Uint32Array, width: number): Timelines {
  let most = 0;
  for (let p = 0; p + 1 < starts.length; p++) most = Math.max(most, (starts[p + 1] ?? 0) - (starts[p] ?? 0));
  const half = (most + 1) >>> 1;
  return {
    starts: new Uint32Array(width + 1),
    times: new Float64Array(most),
    items: new Uint32Array(most),
    spare: { times: new Float64Array(half), items: new Uint32Array(half) },
  };
}

interface Codes {
  readonly first: number;
  readonly count: number;
}

function fillTimelines({ starts, times, items }: Timelines, rows: CodedRows, partition: number, codes: Codes): void {
  const from = rows.starts[partition] ?? 0;
  const to = rows.starts[partition + 1] ?? 0;
  starts.fill(0);
  for (let i = from; i < to; i++) {
    const code = (rows.codes[i] ?? 0) - codes.first;
    starts[code] = (starts[code] ?? 0) + 1;
  }
  let sum = 0;
  for (let code = 0; code <= codes.count; code++) {
    sum += starts[code] ?? 0;
    starts[code] = sum;
  }
  // From the last row back: each key's end moves down until it is the key's start.
  for (let i = to - 1; i >= from; i--) {
    const code = (rows.codes[i] ?? 0) - codes.first;
    const at = (starts[code] ?? 0) - 1;
    starts[code] = at;
    times[at] = rows.times[i] ?? 0;
    items[at] = rows.rows[i] ?? 0;
  }
}

/**
 * Puts in the place of each item the one with the latest event time up to there; of equal ones the later known, then the later appended. Known
 * times are told where items are not in their order.
 */
function keepLatest(
  { starts, items }: Timelines,
  codes: number,
  eventTimeMs: Float64Array,
  knownTimeMs: Float64Array | undefined,
): void {
  for (let code = 0; code < codes; code++) {
    let best = -1;
    let latest = 0;
    const end = starts[code + 1] ?? 0;
    for (let i = starts[code] ?? 0; i < end; i++) {
      const item = items[i] ?? 0;
      const event = eventTimeMs[item] ?? 0;
      if (best < 0 || event > latest || (event === latest && !isKnownBefore(item, best, knownTimeMs))) {
        best = item;
        latest = event;
      }
      items[i] = best;
    }
  }
}

function isKnownBefore(item: number, best: number, knownTimeMs: Float64Array | undefined): boolean {
  return knownTimeMs !== undefined && (knownTimeMs[item] ?? 0) < (knownTimeMs[best] ?? 0);
}

/** Finds for each row that asks in a partition the last item up to its time. */
function search(lines: Timelines, asked: CodedRows, partition: number, first: number, matches: Int32Array): void {
  const { starts, times, items } = lines;
  const to = asked.starts[partition + 1] ?? 0;
  for (let i = asked.starts[partition] ?? 0; i < to; i++) {
    const code = (asked.codes[i] ?? 0) - first;
    const at = asked.times[i] ?? 0;
    let low = starts[code] ?? 0;
    let length = (starts[code + 1] ?? 0) - low;
    if (length === 0) continue;
    // The half to go on in is chosen by a number, not by a branch: a processor would guess every second one wrong.
    while (length > 1) {
      const half = length >>> 1;
      low += -Number((times[low + half] ?? 0) <= at) & half;
      length -= half;
    }
    if ((times[low] ?? 0) <= at) matches[asked.rows[i] ?? 0] = items[low] ?? -1;
  }
}
