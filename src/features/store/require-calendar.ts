import { SluiceError } from "../../core/errors.ts";

/** The last instant of the calendar, epoch ms, and the first one before 1970. */
const calendarMs = 8.64e15;

/** Throws `features/invalid-input` unless all instants are some. */
export function requireCalendar(atMs: Float64Array): void {
  const row = atMs.findIndex((ms) => !(Math.abs(ms) <= calendarMs));
  if (row < 0) return;
  throw new SluiceError("features/invalid-input", {
    found: `the instant ${atMs[row]} in row ${row}`,
    expected: "epoch milliseconds within the calendar",
    fix: "Pass instants as date.getTime() gives them for a valid date.",
  });
}
