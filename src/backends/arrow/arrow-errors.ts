import type { DataType } from "apache-arrow";
import { SluiceError } from "../../core/errors.ts";

/** The error of a column that no column of ours can hold. */
export function unsupported(name: string, type: DataType): SluiceError {
  return new SluiceError("table/unsupported-type", {
    found: `column "${name}" of Arrow type ${String(type)}`,
    expected: "integers, 32- or 64-bit floats, text, booleans, dates, timestamps, or structs, lists and maps of these",
    fix: "Convert the column first, or leave it out of the table.",
  });
}
