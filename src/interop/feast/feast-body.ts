import { isRecord } from "../../core/is-record.ts";
import { SluiceError } from "../../core/errors.ts";

/** What became of a request's body. */
export type FeastBody =
  | { readonly outcome: "read"; readonly fields: FeastFields }
  | { readonly outcome: "too-large" }
  | { readonly outcome: "malformed"; readonly reason: string };

/** The members of a request's JSON object. */
export type FeastFields = ReadonlyMap<string, unknown>;

/** Reads a body of JSON, no more than so many bytes of it. */
export async function readBody(request: Request, maxBytes: number): Promise<FeastBody> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return { outcome: "too-large" };
  const bytes = await bytesUpTo(request, maxBytes);
  if (bytes === undefined) return { outcome: "too-large" };
  try {
    const body: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes), exactInteger);
    if (isRecord(body)) return { outcome: "read", fields: new Map(Object.entries(body)) };
    return { outcome: "malformed", reason: "the body is no JSON object" };
  } catch (error) {
    return { outcome: "malformed", reason: `the body is no JSON in UTF-8 (${messageOf(error)})` };
  }
}

/** A text among the fields. Errors: `argument/invalid` naming it. */
export function textField(fields: FeastFields, name: string): string {
  const value = fields.get(name);
  if (typeof value === "string") return value;
  throw badField(name, value, "a text");
}

/** A list of texts among the fields; `undefined` where it is left out or null. Errors: `argument/invalid` naming it. */
export function textsField(fields: FeastFields, name: string): readonly string[] | undefined {
  const value = fields.get(name) ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw badField(name, value, "a list of texts");
}

/** A boolean among the fields; false where it is left out or null. Errors: `argument/invalid` naming it. */
export function flagField(fields: FeastFields, name: string): boolean {
  const value = fields.get(name) ?? false;
  if (typeof value === "boolean") return value;
  throw badField(name, value, "true or false");
}

/** Columns of equal length among the fields, by name. Errors: `argument/invalid` naming the field and the column. */
export function columnsField(fields: FeastFields, name: string, maxRows: number): FeastColumns {
  const value = fields.get(name);
  if (!isRecord(value)) throw badField(name, value, "an object of lists, one a column");
  const columns = new Map<string, readonly unknown[]>();
  let rows: number | undefined;
  for (const [column, cells] of Object.entries(value)) {
    if (!Array.isArray(cells)) throw badField(`${name}.${column}`, cells, "a list, one value a row");
    rows ??= cells.length;
    if (cells.length !== rows) {
      throw badField(`${name}.${column}`, `${cells.length} values`, `${rows}, as many as the columns before`);
    }
    columns.set(column, cells);
  }
  if (rows === undefined) throw badField(name, value, "at least one column");
  if (rows > maxRows) throw badField(name, `${rows} rows`, `at most ${maxRows}`);
  return { rows, columns };
}

/** Columns as they came. */
export interface FeastColumns {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, readonly unknown[]>;
}

/** The error that a field of a request is not what it must be. */
export function badField(name: string, found: unknown, expected: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: found === undefined ? `no "${name}"` : `${shown(found)} as "${name}"`,
    expected,
    fix: "Correct the request.",
  });
}

/** A value as an error message shows it: short, whatever it is. */
export function shown(value: unknown): string {
  // Large integers among lists were read exactly, as bigints, for which JSON has no word.
  const digits = (_key: string, each: unknown): unknown => (typeof each === "bigint" ? `${each}` : each);
  const text = typeof value === "bigint" ? `${value}` : (JSON.stringify(value, digits) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/**
 * Integers that a double would round are read exactly, from their text, where the runtime hands it on (ECMAScript 2025). Elsewhere they
 * stay rounded doubles, which no 64-bit column takes: refused, never stored as another integer.
 */
function exactInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

async function bytesUpTo(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (request.body === null) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
