import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import type { CellValue } from "../../core/cell-type.ts";

/** A feature input as the prediction log keeps it: canonical JSON in which integers of 64 bits and the numbers JSON lacks are marked. */
export function inputToJson(input: FeatureInputRow): string {
  const out: { [field: string]: JsonValue } = {};
  for (const [field, value] of Object.entries(input)) {
    if (typeof value === "bigint") out[field] = { i64: value.toString() };
    else if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
      out[field] = { f64: Object.is(value, -0) ? "-0" : String(value) };
    } else out[field] = value;
  }
  return canonicalJson(out);
}

/** Reads what {@link inputToJson} wrote, to the bit. */
export function inputFromJson(text: string): FeatureInputRow {
  const fields: { [field: string]: CellValue | { readonly i64?: string; readonly f64?: string } } = JSON.parse(text);
  const input: { [field: string]: CellValue } = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || typeof value !== "object") input[field] = value;
    else input[field] = value.i64 === undefined ? Number(value.f64) : BigInt(value.i64);
  }
  return input;
}
