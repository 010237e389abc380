/**
 * From when each row counts, epoch ms: once it has happened and is known. The order in which rows come to count, not that of ties: a forecast counts
 * from its event time on, however early it was known. The known times themselves, the same array, where no row is known before it happens.
 */
export function countsFromMs(eventTimeMs: Float64Array, knownTimeMs: Float64Array): Float64Array {
  if (knownTimeMs === eventTimeMs) return knownTimeMs;
  let row = 0;
  while (row < knownTimeMs.length && !((knownTimeMs[row] ?? 0) < (eventTimeMs[row] ?? 0))) row++;
  if (row === knownTimeMs.length) return knownTimeMs;
  const result = knownTimeMs.slice();
  for (; row < result.length; row++) result[row] = Math.max(knownTimeMs[row] ?? 0, eventTimeMs[row] ?? 0);
  return result;
}
