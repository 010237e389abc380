import { type Column, isPresent } from "./column.ts";

/**
 * From when each row counts, epoch ms: its known time plus a delay, the event time standing in for a known time that is null;
 * never before its event time. A known time that is NaN never comes: such a row never counts.
 */
export function effectiveKnownMs(eventTimeMs: Float64Array, known: Column | undefined, delayMs: number): Float64Array {
  const result = new Float64Array(eventTimeMs.length);
  for (let row = 0; row < result.length; row++) {
    const eventMs = eventTimeMs[row] ?? 0;
    const stored = known !== undefined && isPresent(known, row) ? Number(known.values[row] ?? eventMs) : eventMs;
    const knownMs = Math.max(stored + delayMs, eventMs);
    result[row] = Number.isNaN(knownMs) ? Number.POSITIVE_INFINITY : knownMs;
  }
  return result;
}
