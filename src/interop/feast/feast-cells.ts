import type { CellTag, CellValue, ScalarValue, ColumnType } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { type FeatureColumn, featureStatus } from "../../contracts/feature-reader.ts";
import { parseInstantInto } from "../../table/csv/parse-instant.ts";
import { cellConverter } from "../../table/table-from-rows.ts";
import { badField, shown } from "./feast-body.ts";

/** A feature's cells on the wire; `values` are JSON texts. */
export interface FeastCells {
  readonly values: readonly string[];
  readonly statuses: readonly ("PRESENT" | "NULL_VALUE" | "NOT_FOUND" | "OUTSIDE_MAX_AGE")[];
  readonly times: readonly string[];
}

/** What Feast's servers send where there is no event time. */
export const noTime = "1970-01-01T00:00:00Z";

/** A feature's column on the wire. Where there is no value it is null, whatever the reason; the status tells it. */
export function columnJson(tag: CellTag, column: FeatureColumn): FeastCells {
  const cells = Array.from(column.statuses, (status, row) => {
    const value = column.values[row];
    return status === featureStatus.present && value !== undefined ? cellJson(tag, value as CellValue) : "null";
  });
  return {
    values: cells,
    statuses: Array.from(column.statuses, (status) => statusNames[status] ?? "NOT_FOUND"),
    times: Array.from(column.eventTimeMs, instantText),
  };
}

const statusNames: { readonly [status: number]: FeastCells["statuses"][number] } = {
  [featureStatus.null]: "NULL_VALUE",
  [featureStatus.present]: "PRESENT",
  [featureStatus.missing]: "NOT_FOUND",
  [featureStatus.expired]: "OUTSIDE_MAX_AGE",
};

/**
 * A value as JSON text. 64-bit integers are numbers with all their digits, as Feast sends them; NaN and the infinities are the texts of
 * protobuf's JSON; instants are epoch seconds, with a fraction where they are between two; booleans may come as 0 and 1.
 */
export function cellJson(tag: CellTag, value: CellValue): string {
  if (Array.isArray(value)) return `[${value.map((item: string | number) => cellJson("f64", item)).join(",")}]`;
  if (typeof value === "bigint") return value.toString();
  if (tag === "json" && typeof value === "string") return value;
  if (typeof value !== "number") return JSON.stringify(value);
  if (tag === "bool") return value === 1 ? "true" : "false";
  const number = tag === "instant" ? value / 1000 : value;
  if (Object.is(number, -0)) return "-0";
  return Number.isFinite(number) ? JSON.stringify(number) : `"${number}"`;
}

/** An instant as ISO 8601 in UTC with as many digits as it needs, as Feast writes it: none, three or six. {@link noTime} where there is none. */
export function instantText(ms: number): string {
  const whole = Math.floor(ms);
  const date = new Date(whole);
  if (Number.isNaN(date.getTime())) return noTime;
  const micros = Math.min(999, Math.round((ms - whole) * 1000));
  const text = date.toISOString();
  return micros === 0 ? text.replace(".000Z", "Z") : text.replace("Z", `${String(micros).padStart(3, "0")}Z`);
}

/** The epoch milliseconds of an ISO 8601 text; without a zone it is UTC. Errors: `argument/invalid` naming the field. */
export function instantField(name: string, value: unknown): number {
  const ms = typeof value === "string" ? instantOf(value) : undefined;
  if (ms === undefined) throw badField(name, value, "an ISO 8601 date or date-time");
  return ms;
}

/**
 * A value of a pushed row as a cell: instants are ISO 8601 texts, 64-bit integers numbers or texts of digits, null stays null.
 * Errors: `features/invalid-input` naming column and row.
 */
export function cellOf(column: string, row: number, type: ColumnType, value: unknown): CellValue {
  if (value === null && type.nullable) return null;
  const cell = value === null ? undefined : (listOf(type, value) ?? scalarOf(type.tag, value));
  if (cell !== undefined) return cell;
  throw invalidCell(column, row, type, value);
}

function invalidCell(column: string, row: number, type: ColumnType, value: unknown): SluiceError {
  const size = type.size === undefined ? "" : `, ${type.size} of them`;
  return new SluiceError("features/invalid-input", {
    found: `${value === undefined ? "nothing" : shown(value)} for "${column}" in row ${row}`,
    expected: `${expectations[type.tag]}${size}${type.nullable ? " or null" : ""}`,
    fix: "Correct the request.",
  });
}

const expectations: { readonly [T in CellTag]: string } = {
  f64: "a number",
  i32: "an integer of 32 bits",
  i64: "an integer of 64 bits, as a number or a text of digits",
  utf8: "a text",
  bool: "true or false",
  instant: "an ISO 8601 date or date-time",
  json: "a JSON value",
  "f64[]": "a list of numbers",
  "utf8[]": "a list of texts",
};

const nonFinite: { readonly [text: string]: number } = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** As {@link cellOf}, of what a feature is asked for by: instants may be epoch seconds too, as Feast has them. There are no lists among them. */
export function inputCellOf(column: string, row: number, type: ColumnType, value: unknown): ScalarValue {
  if (value === null && type.nullable) return null;
  const isSeconds = type.tag === "instant" && typeof value === "number" && Number.isFinite(value * 1000);
  const cell = isSeconds ? msOfSeconds(value) : value === null ? undefined : scalarOf(type.tag, value);
  if (cell !== undefined) return cell;
  throw invalidCell(column, row, type, value);
}

/** To the microsecond where a double holds it: `ms / 1000`, which went out, times 1000 is not always `ms`. */
function msOfSeconds(seconds: number): number {
  const micros = Math.round(seconds * 1_000_000);
  return Number.isSafeInteger(micros) ? micros / 1000 : Math.round(seconds * 1000);
}

/** A list, of the length that the column's have; `undefined` where it is none or the column holds none. */
function listOf({ tag, size }: ColumnType, value: unknown): readonly number[] | readonly string[] | undefined {
  if (!Array.isArray(value) || (size !== undefined && value.length !== size)) return undefined;
  if (tag === "utf8[]") return cellConverter(tag)(value);
  return tag === "f64[]" ? cellConverter(tag)(value.map((item) => scalarOf("f64", item))) : undefined;
}

function scalarOf(tag: CellTag, value: unknown): ScalarValue | undefined {
  if (tag === "instant") return typeof value === "string" ? instantOf(value) : undefined;
  if (tag === "i64" && typeof value === "string") {
    return /^-?\d{1,19}$/.test(value) ? cellConverter("i64")(BigInt(value)) : undefined;
  }
  if (tag === "f64") {
    if (typeof value === "string" && Object.hasOwn(nonFinite, value)) return nonFinite[value];
    return cellConverter("f64")(typeof value === "bigint" ? Number(value) : value);
  }
  if (tag === "f64[]" || tag === "utf8[]") return undefined;
  return cellConverter(tag)(value);
}

function instantOf(text: string): number | undefined {
  const bytes = new TextEncoder().encode(text);
  const ms = new Float64Array(1);
  return parseInstantInto(ms, 0, bytes, 0, bytes.length) ? ms[0] : undefined;
}
