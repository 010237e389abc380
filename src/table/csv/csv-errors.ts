import { SluiceError } from "../../core/errors.ts";

/** The error for CSV that cannot be read at all. */
export function malformedCsv(found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("data/malformed-source", { found, expected, fix });
}

/** The error for a quote that the file does not close. */
export function openQuote(line: number): SluiceError {
  return malformedCsv(
    `a quote in the record at line ${line} that is never closed`,
    "a closing quote",
    "Check the file at that line.",
  );
}

/** The error for a field beyond the limit. */
export function oversizedField(line: number, maxFieldBytes: number): SluiceError {
  return malformedCsv(
    `a field longer than ${maxFieldBytes} bytes in the record at line ${line}`,
    "shorter fields",
    "Check whether a quote was left open at that line, or the delimiter is another; else raise maxFieldBytes.",
  );
}
