import type { z } from "zod";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { SchemaField } from "./schema-field.ts";
import { definitionOf, type ZodDefinition } from "./zod-definition.ts";

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

/** What is told of schemas inside a field's schema: the members of an object, the options of a union. */
const nested = new Set(["shape", "innerType"]);

const silent = new Set(["error", "abort", "checks", "shape", "innerType", "message"]);

/** A condition that zod itself puts on a length check belongs to zod, as the pattern behind a format does. */
const lengthChecks = new Set(["min_length", "max_length", "length_equals"]);

function describeDefinition(def: ZodDefinition, depth: number = 0): { [key: string]: JsonValue } {
  const out: { [key: string]: JsonValue } = {};
  for (const [key, value] of Object.entries(def)) {
    if (key === "when" && lengthChecks.has(String(def["check"]))) continue;
    const hidden = silent.has(key) && (depth === 0 || !nested.has(key));
    if (!hidden && value !== undefined && !isNamedPattern(def, key)) out[key] = describeValue(value, depth);
  }
  if (def.checks !== undefined && def.checks.length > 0) out["checks"] = checkRules(def.checks);
  return out;
}

/** The pattern behind a named format (`email`, `uuid`) belongs to zod and may change with its version; the name is what was declared. */
function isNamedPattern(def: ZodDefinition, key: string): boolean {
  return key === "pattern" && typeof def["format"] === "string" && def["format"] !== "regex";
}

/** Schemas may contain themselves; deeper than this nothing new is told. */
const deepest = 12;

function describeValue(value: unknown, depth: number = 0): JsonValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : { number: String(value) };
  if (typeof value === "bigint") return { bigint: String(value) };
  if (value instanceof Date) return { instant: value.getTime() };
  if (value instanceof RegExp) return { pattern: value.source, flags: value.flags };
  if (Array.isArray(value)) return value.map((item) => describeValue(item, depth));
  if (isSchema(value)) return depth < deepest ? describeDefinition(definitionOf(value), depth + 1) : { opaque: "deep" };
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, describeValue(member, depth)]));
  }
  return { opaque: typeof value };
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}
