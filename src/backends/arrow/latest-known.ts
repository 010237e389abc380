import { groupByCode } from "../../table/group-by-code.ts";
import type { KeyCodes } from "../../table/key-codes.ts";
import { stableOrder } from "../../table/stable-order.ts";

/** Source rows and spine rows by key code and time. */
export interface LatestKnownInput {
  readonly keys: KeyCodes;
  readonly eventTimeMs: Float64Array;
  /** From when each source row counts, epoch ms; never before its event time. */
  readonly knownTimeMs: Float64Array;
  /** Each spine row's T, epoch ms. */
  readonly atMs: Float64Array;
}

/**
 * For each spine row the source row with the latest event time among those known at T; of equal ones the later known, then
 * the later appended. −1 where there is none. Sorting and one merge, whatever the number of candidates.
 */
export function latestKnown({ keys, eventTimeMs, knownTimeMs, atMs }: LatestKnownInput): Int32Array {
  const events = groupByCode(keys.source, keys.count, stableOrder(knownTimeMs));
  const rows = groupByCode(keys.probe, keys.count, stableOrder(atMs));
  const matches = new Int32Array(atMs.length).fill(-1);
  for (let key = 0; key < keys.count; key++) {
    let next = events.starts[key] ?? 0;
    const lastEvent = events.starts[key + 1] ?? 0;
    const lastRow = rows.starts[key + 1] ?? 0;
    let best = -1;
    for (let r = rows.starts[key] ?? 0; r < lastRow; r++) {
      const row = rows.items[r] ?? 0;
      const at = atMs[row] ?? 0;
      for (; next < lastEvent; next++) {
        const item = events.items[next] ?? 0;
        if ((knownTimeMs[item] ?? 0) > at) break;
        if (best < 0 || (eventTimeMs[item] ?? 0) >= (eventTimeMs[best] ?? 0)) best = item;
      }
      matches[row] = best;
    }
  }
  return matches;
}
