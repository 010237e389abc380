import type { OnlineEvents } from "../../contracts/online-store.ts";

/** The newest event known at T, before T or (`inclusive`) at T; of equal event times the one known last, then of the highest id. −1 if none. */
export function newestKnown(events: OnlineEvents, atMs: number, inclusive: boolean): number {
  const { count, eventTimeMs, knownTimeMs } = events;
  let best = -1;
  for (let i = count - 1; i >= 0; i--) {
    const eventMs = eventTimeMs[i] ?? 0;
    if (best >= 0 && eventMs < (eventTimeMs[best] ?? 0)) break;
    if (eventMs > atMs || (!inclusive && eventMs === atMs) || (knownTimeMs[i] ?? 0) > atMs) continue;
    if (best < 0 || (knownTimeMs[i] ?? 0) > (knownTimeMs[best] ?? 0)) best = i;
  }
  return best;
}
