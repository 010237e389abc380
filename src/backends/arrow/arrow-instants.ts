import { type Data, DateUnit, TimeUnit } from "apache-arrow";
import { littleEndian } from "../../table/encode-part.ts";

/** The instants of a vector of timestamps as epoch milliseconds. */
export function timestamps(data: Data, unit: TimeUnit): Float64Array {
  return fromCounts(data, (high, low) => toMs(high, low, unit));
}

/** Signed 64-bit counts as milliseconds, by their two halves: no bigint a cell. */
function fromCounts(data: Data, toMillis: (high: number, low: number) => number): Float64Array {
  const values: BigInt64Array = data.values ?? new BigInt64Array(0);
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const upper = littleEndian ? 1 : 0;
  const out = new Float64Array(data.length);
  for (let row = 0; row < out.length; row++)
    out[row] = toMillis(words[2 * row + upper] as number, (words[2 * row + 1 - upper] as number) >>> 0);
  return out;
}

function toMs(high: number, low: number, unit: TimeUnit): number {
  const count = high * 4294967296 + low;
  switch (unit) {
    case TimeUnit.SECOND:
      return count * 1000;
    case TimeUnit.MILLISECOND:
      return count;
    case TimeUnit.MICROSECOND:
      return Number.isSafeInteger(count) ? count / 1000 : divided(high, low, 1000);
    case TimeUnit.NANOSECOND:
      return divided(high, low, 1_000_000);
  }
}

/**
 * A count divided, its whole part as an integer: so that whole milliseconds stay exact at any distance from the epoch. The upper half is divided
 * first; what that leaves is small enough for doubles.
 */
function divided(high: number, low: number, by: number): number {
  const perHigh = Math.floor(4294967296 / by);
  const left = high * (4294967296 - perHigh * by) + low;
  const whole = high * perHigh + Math.floor(left / by);
  const rest = left - Math.floor(left / by) * by;
  // Towards zero, like integers.
  return whole < 0 && rest > 0 ? whole + 1 + (rest - by) / by : whole + rest / by;
}

const dayMs = 86_400_000;

/** The instants of a vector of dates as epoch milliseconds. */
export function dates(data: Data, unit: DateUnit): Float64Array {
  const { values } = data;
  if (unit === DateUnit.DAY) {
    const days: Int32Array = values ?? new Int32Array(0);
    return Float64Array.from(days.subarray(0, data.length), (day) => day * dayMs);
  }
  return fromCounts(data, (high, low) => high * 4294967296 + low);
}
