import { SluiceError } from "../../core/errors.ts";
import { isPresent } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";

/** The last instant of the calendar, epoch ms, and the first one before 1970. */
const calendarMs = 8.64e15;

/** Whether epoch milliseconds are an instant of the calendar. */
export function isInCalendar(ms: number): boolean {
  return Math.abs(ms) <= calendarMs;
}

/** Throws `features/invalid-input` unless all instants are some. */
export function requireCalendar(atMs: Float64Array): void {
  const row = atMs.findIndex((ms) => !isInCalendar(ms));
  if (row >= 0) throw outOfCalendar(`the instant ${atMs[row]} in row ${row}`);
}

/** Throws `features/invalid-input` where a table's instants are none of the calendar; nulls, and NaN for an instant that is not known, are let pass. */
export function requireInstantsInCalendar({ columns }: Table): void {
  for (const [name, column] of Object.entries(columns)) {
    if (column.tag !== "instant") continue;
    const row = column.values.findIndex((ms, at) => Math.abs(ms) > calendarMs && isPresent(column, at));
    if (row >= 0) throw outOfCalendar(`the instant ${column.values[row]} in column "${name}" of row ${row}`);
  }
}

function outOfCalendar(found: string): SluiceError {
  return new SluiceError("features/invalid-input", {
    found,
    expected: "epoch milliseconds within the calendar",
    fix: "Pass instants as date.getTime() gives them for a valid date.",
  });
}
