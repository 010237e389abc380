/** The numbers that the calendar is made of. */
export interface CalendarConstants {
  readonly msPerHour: number;
  readonly msPerDay: number;
  /** ISO weekday of 1970-01-01, a Thursday. */
  readonly weekdayOfEpoch: number;
}

/** The calendar in UTC over epoch ms: the proleptic Gregorian one, without leap seconds. NaN for what is no finite instant. */
export interface Calendar {
  /** The year; 0 is 1 BC. */
  year(ms: number): number;
  /** The month, 1…12. */
  month(ms: number): number;
  /** Day of the month, 1…31. */
  day(ms: number): number;
  /** Day of the year, 1…366. */
  dayOfYear(ms: number): number;
  /** Hour of the day, 0…23. */
  hour(ms: number): number;
  /** Minute of the hour, 0…59. */
  minute(ms: number): number;
  /** Second of the minute, 0…59. */
  second(ms: number): number;
  /** Day of the week, Monday = 1 … Sunday = 7. */
  weekday(ms: number): number;
}

/**
 * Makes a calendar. Dates count years from March, so that the leap day is the last of its year: Hinnant, chrono-Compatible
 * Low-Level Date Algorithms (2013).
 */
export function makeCalendar({ msPerHour, msPerDay, weekdayOfEpoch }: CalendarConstants): Calendar {
  const daysOf = (ms: number): number => Math.floor(ms / msPerDay);
  const within = (ms: number, unit: number, part: number): number =>
    Math.floor((ms - Math.floor(ms / unit) * unit) / part);
  return {
    year: (ms) => civil(daysOf(ms)).year,
    month: (ms) => civil(daysOf(ms)).month,
    day: (ms) => civil(daysOf(ms)).day,
    dayOfYear: (ms) => {
      const days = daysOf(ms);
      return days - daysBefore(civil(days).year) + 1;
    },
    hour: (ms) => within(ms, msPerDay, msPerHour),
    minute: (ms) => within(ms, msPerHour, msPerHour / 60),
    second: (ms) => within(ms, msPerHour / 60, msPerHour / 3600),
    weekday: (ms) => {
      const days = daysOf(ms) + weekdayOfEpoch - 1;
      return days - Math.floor(days / 7) * 7 + 1;
    },
  };
}

interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function civil(daysSinceEpoch: number): Civil {
  const days = daysSinceEpoch + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const day = ofYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Days from 1970-01-01 to the first day of a year. */
function daysBefore(year: number): number {
  const y = year - 1;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 719_162;
}
