import { type Column, isPresent } from "./column.ts";

/**
 * When each row is known, epoch ms: its known time plus a delay, the event time standing in for a known time that is null; before its event time
 * where it is a forecast. A known time that is NaN never comes: +∞. Without known times and delay the event times themselves, the same array.
 */
export function knownTimesMs(eventTimeMs: Float64Array, known: Column | undefined, delayMs: number): Float64Array {
  if (known === undefined && delayMs === 0) return eventTimeMs;
  const result = new Float64Array(eventTimeMs.length);
  for (let row = 0; row < result.length; row++) {
    const eventMs = eventTimeMs[row] ?? 0;
    const stored = known !== undefined && isPresent(known, row) ? Number(known.values[row] ?? eventMs) : eventMs;
    const knownMs = stored + delayMs;
    result[row] = Number.isNaN(knownMs) ? Number.POSITIVE_INFINITY : knownMs;
  }
  return result;
}
