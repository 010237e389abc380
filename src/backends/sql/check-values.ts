import { SluiceError } from "../../core/errors.ts";
import { bindableBytes } from "./bindable-bytes.ts";

/** A value that every engine stores and gives back alike. */
export type SqlValue = string | number | null | Uint8Array;

/**
 * Checks the values of a statement before they are bound; −0 becomes 0, since both engines lose its sign.
 *
 * Throws `metadata/invalid-value` for NaN, ±Infinity, text with NUL or a lone surrogate, booleans, bigints, `undefined`, dates and objects.
 */
export function checkValues(values: readonly unknown[]): SqlValue[] {
  return values.map(checkValue);
}

function checkValue(value: unknown, index: number): SqlValue {
  if (value === null) return null;
  if (typeof value === "string") {
    if (value.includes("\0")) throw invalid("text with a NUL character", index, "Store such values as bytes.");
    if (!value.isWellFormed()) throw invalid("text with a lone surrogate", index, "Store such values as bytes.");
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw invalid(String(value), index, "Store such values as bytes (8, little-endian).");
    return value === 0 ? 0 : value;
  }
  if (value instanceof Uint8Array) return bindableBytes(value);
  if (typeof value === "boolean") throw invalid(`the boolean ${value}`, index, "Store booleans as 0 or 1.");
  if (typeof value === "bigint") throw invalid(`the bigint ${value}`, index, "Store it as a number or as text.");
  if (value === undefined) throw invalid("undefined", index, "Pass null, or leave the column out.");
  throw invalid(
    `a ${value instanceof Date ? "Date" : typeof value}`,
    index,
    "Store JSON as canonical text, instants as epoch milliseconds.",
  );
}

function invalid(found: string, index: number, fix: string): SluiceError {
  return new SluiceError("metadata/invalid-value", {
    found: `${found} as value ${index + 1} of the statement`,
    expected: "text, a finite number, null or bytes",
    fix,
  });
}
