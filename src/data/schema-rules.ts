import type { JsonValue } from "../core/canonical-json.ts";
import { definitionOf, type SchemaField, type ZodDefinition } from "./schema-field.ts";

/**
 * What a field demands, as JSON for the schema's digest: bounds, formats, patterns, allowed values.
 * A function (a refinement) has no content that could be digested; only that there is one is recorded.
 */
export function fieldRules(field: SchemaField): JsonValue {
  const rules = { wrappers: [...field.wrappers], ...describeDefinition(definitionOf(field.inner)) };
  const defaults = defaultValues(field);
  return defaults.length === 0 ? rules : { ...rules, defaults };
}

/** What the wrappers fill in, from the outermost in. A value that a function makes anew each time is only recorded as such. */
function defaultValues(field: SchemaField): JsonValue[] {
  const values: JsonValue[] = [];
  let inner = field.schema;
  for (const wrapper of field.wrappers) {
    const def = definitionOf(inner);
    if (wrapper === "default" || wrapper === "prefault") values.push(fixedValue(def));
    inner = def.innerType ?? inner;
  }
  return values;
}

/** zod calls a default's function at each reading, so an object (a date, above all) that comes anew is told by its identity. */
function fixedValue(def: ZodDefinition): JsonValue {
  const [first, second] = [def["defaultValue"], def["defaultValue"]];
  return Object.is(first, second) ? describeValue(first) : { opaque: "function" };
}

/** The rules of a list of checks, as JSON. */
export function checkRules(checks: ZodDefinition["checks"]): JsonValue {
  return (checks ?? []).map((check) => describeDefinition(definitionOf(check)));
}

const silent = new Set(["error", "abort", "checks", "shape", "innerType", "message"]);

function describeDefinition(def: ZodDefinition): { [key: string]: JsonValue } {
  const out: { [key: string]: JsonValue } = {};
  for (const [key, value] of Object.entries(def)) {
    if (!silent.has(key) && value !== undefined && !isNamedPattern(def, key)) out[key] = describeValue(value);
  }
  if (def.checks !== undefined && def.checks.length > 0) out["checks"] = checkRules(def.checks);
  return out;
}

/** The pattern behind a named format (`email`, `uuid`) belongs to zod and may change with its version; the name is what was declared. */
function isNamedPattern(def: ZodDefinition, key: string): boolean {
  return key === "pattern" && typeof def["format"] === "string" && def["format"] !== "regex";
}

function describeValue(value: unknown): JsonValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : { number: String(value) };
  if (typeof value === "bigint") return { bigint: String(value) };
  if (value instanceof Date) return { instant: value.getTime() };
  if (value instanceof RegExp) return { pattern: value.source, flags: value.flags };
  if (Array.isArray(value)) return value.map(describeValue);
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, describeValue(member)]));
  }
  return { opaque: typeof value };
}
