import { asciiText } from "./parse-number.ts";

const form = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Writes the epoch milliseconds of an ISO 8601 date or date-time in bytes; answers false, having written nothing, for anything else.
 * Without a zone it is UTC, never the machine's zone; fractions of a second keep their microseconds.
 */
export function parseInstantInto(
  values: Float64Array,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const day = end - start < 10 ? Number.NaN : dayMs(bytes, start);
  if (Number.isNaN(day)) return false;
  if (end - start === 10) {
    values[row] = day;
    return true;
  }
  const utc = end - start === 20 && bytes[start + 19] === 90;
  if ((utc || end - start === 19) && isPlainTime(bytes, start + 10)) {
    const hour = twoDigits(bytes, start + 11);
    const minute = twoDigits(bytes, start + 14);
    const second = twoDigits(bytes, start + 17);
    if (!(hour <= 23 && minute <= 59 && second <= 59)) return false;
    values[row] = day + ((hour * 60 + minute) * 60 + second) * 1000;
    return true;
  }
  const value = end - start > longestInstant ? undefined : parseSlowly(asciiText(bytes, start, end), day);
  if (value === undefined) return false;
  values[row] = value;
  return true;
}

/** `2001-01-02T03:04:05.678901234+00:00`, and some. */
const longestInstant = 40;

function parseSlowly(text: string, day: number): number | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const micros = Math.trunc(Number((match[7] ?? "").padEnd(9, "0")) / 1000);
  return day + ((hour * 60 + minute) * 60 + second) * 1000 + micros / 1000 - offsetMs(match[8]);
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -minutes : minutes) * 60_000;
}

/** The day that was asked for last, and its start: rows beside each other often share it. */
const latest = { date: -1, ms: 0 };

/** The start of the day at the given place, or NaN where there is no valid `YYYY-MM-DD`. */
function dayMs(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45) return Number.NaN;
  const century = twoDigits(bytes, at);
  const year = century * 100 + twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  const date = (year * 100 + month) * 100 + day;
  if (date === latest.date) return latest.ms;
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  // Days since the epoch, with years that begin in March: Howard Hinnant, "chrono-compatible low-level date algorithms", 2013.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  latest.date = date;
  latest.ms = (era * 146_097 + dayOfEra - 719_468) * 86_400_000;
  return latest.ms;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isPlainTime(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] === 84 || bytes[at] === 32) && bytes[at + 3] === 58 && bytes[at + 6] === 58;
}

/** Two digits as a number; NaN for anything else. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 48;
  const ones = (bytes[at + 1] ?? 0) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
