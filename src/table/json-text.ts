import { canonicalJson, type JsonValue } from "../core/canonical-json.ts";
import { cellState, type JsonColumn } from "./column.ts";

/** A JSON value as canonical text; `undefined` for what is no JSON (a bigint, a date, NaN, an object of a class). */
export function jsonText(value: unknown): string | undefined {
  try {
    return isClaimedJson(value) ? canonicalJson(value) : undefined;
  } catch {
    return undefined;
  }
}

/** `canonicalJson` itself looks at every member, and throws for what is no JSON. */
function isClaimedJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

/**
 * The value of one cell of JSON, parsed anew at each call: `null` for a stored null (or JSON's own), `undefined` for an absent cell.
 *
 * @example
 * ```ts
 * import { jsonAt, tableFromRows } from "sluice/table";
 * const { tags } = tableFromRows([{ tags: ["a", "b"] }], { tags: { tag: "json", nullable: false } }).columns;
 * if (tags?.tag !== "json" || JSON.stringify(jsonAt(tags, 0)) !== '["a","b"]') throw new Error("two tags expected");
 * ```
 */
export function jsonAt(column: JsonColumn, row: number): JsonValue | undefined {
  const state = column.states?.[row];
  if (state === cellState.null) return null;
  const text = state === cellState.absent ? undefined : column.dictionary[column.values[row] ?? -1];
  return text === undefined ? undefined : JSON.parse(text);
}
