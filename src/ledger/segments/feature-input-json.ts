import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import type { ScalarValue } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { refusedArgument, requireArgument } from "../../core/known-arguments.ts";
import { isRecord } from "../../core/is-record.ts";

/** A feature input as the prediction log keeps it: canonical JSON in which integers of 64 bits and the numbers JSON lacks are marked. */
export function inputToJson(input: FeatureInputRow): string {
  if (typeof input !== "object" || input === null) requireArgument("inputToJson()", "input", input, "object");
  const out: { [field: string]: JsonValue } = {};
  for (const [field, value] of Object.entries(input)) {
    if (typeof value === "bigint") out[field] = { i64: value.toString() };
    else if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
      out[field] = { f64: Object.is(value, -0) ? "-0" : String(value) };
    } else out[field] = value;
  }
  return canonicalJson(out);
}

type Fields = { readonly [field: string]: ScalarValue | { readonly i64?: string; readonly f64?: string } };

/** Reads what {@link inputToJson} wrote, to the bit. Errors: `serving/log-corrupt` for any other text. */
export function inputFromJson(text: string): FeatureInputRow {
  if (typeof text !== "string") throw refusedArgument("inputFromJson()", "text", text, "a text");
  const fields = fieldsOf(text);
  const input: { [field: string]: ScalarValue } = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || typeof value !== "object") input[field] = value;
    else input[field] = value.i64 === undefined ? Number(value.f64) : BigInt(value.i64);
  }
  return input;
}

function fieldsOf(text: string): Fields {
  let cause: unknown;
  try {
    const fields: Fields = JSON.parse(text);
    if (isRecord(fields)) return fields;
  } catch (error) {
    cause = error;
  }
  throw new SluiceError("serving/log-corrupt", {
    found: `a logged feature input that is no record of JSON: ${JSON.stringify(text.slice(0, 100))}`,
    expected: "what inputToJson wrote",
    fix: "Restore the log from a backup: it was damaged, or edited from outside.",
    cause,
  });
}
