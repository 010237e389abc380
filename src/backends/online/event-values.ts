import type { OnlineEventBatch, OnlineValues } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";

/** The kinds of value columns. */
export type ValueKind = OnlineValues["kind"];

/** A value column that is being filled. */
export type EventValues =
  | { readonly kind: "number"; readonly values: Float64Array }
  | { readonly kind: "integer"; readonly values: BigInt64Array }
  | { readonly kind: "text"; readonly values: string[] }
  | { readonly kind: "numbers"; readonly values: Float64Array[] };

const noNumbers = new Float64Array(0);

/** A value column of zeros, of empty texts or of empty lists. */
export function makeValues(kind: ValueKind, length: number): EventValues {
  switch (kind) {
    case "number":
      return { kind, values: new Float64Array(length) };
    case "integer":
      return { kind, values: new BigInt64Array(length) };
    case "text":
      return { kind, values: new Array<string>(length).fill("") };
    case "numbers":
      return { kind, values: new Array<Float64Array>(length).fill(noNumbers) };
  }
}

/**
 * Throws `argument/invalid` where a batch has a text with a lone surrogate: UTF-8 cannot hold it, and an engine that kept it would
 * disagree with those that do not.
 */
export function requireWellFormed(batch: OnlineEventBatch): void {
  batch.values.forEach((column, c) => {
    if (column.kind !== "text") return;
    const present = batch.present[c];
    const item = column.values.findIndex((text, i) => present?.[i] !== 0 && !text.isWellFormed());
    if (item >= 0) throw loneSurrogate(column.values[item] ?? "", c);
  });
}

function loneSurrogate(text: string, column: number): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${JSON.stringify(text.slice(0, 40))}, a text with a lone surrogate, in value column ${column}`,
    expected: "well-formed Unicode text",
    fix: "Repair the text where it comes from, for example with String.prototype.toWellFormed.",
  });
}
