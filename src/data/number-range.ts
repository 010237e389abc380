import { definitionOf, type SchemaField, type ZodDefinition } from "./schema-field.ts";

/** Bounds a number must lie in. NaN lies in none. */
export interface NumberRange {
  readonly atLeast: number;
  readonly above: number;
  readonly atMost: number;
  readonly below: number;
  /** Only safe integers. */
  readonly integer: boolean;
}

type Bounds = { -readonly [K in keyof NumberRange]: NumberRange[K] };

const knownKeys = new Set([
  "type",
  "check",
  "format",
  "abort",
  "error",
  "value",
  "inclusive",
  "checks",
  "coerce",
  "message",
]);

/**
 * The range that a number or date field demands, or `undefined` where it demands anything else (then zod itself is asked).
 * Only what is known by name is folded into a range, so that a new kind of check in zod is never passed over.
 */
export function numberRange(field: SchemaField): NumberRange | undefined {
  const def = definitionOf(field.inner);
  if (field.wrappers.includes("catch") || def["coerce"] === true) return undefined;
  const start: Bounds = {
    atLeast: -Number.MAX_VALUE,
    above: -Infinity,
    atMost: Number.MAX_VALUE,
    below: Infinity,
    integer: false,
  };
  if (def.type === "date") {
    start.atLeast = -8.64e15;
    start.atMost = 8.64e15;
  } else if (def.type !== "number") return undefined;
  const own = def["check"] === undefined ? [] : [def];
  for (const check of [...own, ...(def.checks ?? []).map((check) => definitionOf(check))]) {
    if (!narrow(start, check)) return undefined;
  }
  return start;
}

/** The ranges of zod's number formats. */
const formatRanges: { readonly [format: string]: readonly [number, number] } = {
  safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  float32: [-3.4028234663852886e38, 3.4028234663852886e38],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
};

/** Narrows bounds by a check; answers false for a check that is not known. */
function narrow(bounds: Bounds, check: ZodDefinition): boolean {
  if (Object.keys(check).some((key) => !knownKeys.has(key))) return false;
  if (check["check"] === "number_format") {
    const range = formatRanges[String(check["format"])];
    if (range === undefined) return false;
    bounds.atLeast = Math.max(bounds.atLeast, range[0]);
    bounds.atMost = Math.min(bounds.atMost, range[1]);
    if (String(check["format"]).includes("int")) bounds.integer = true;
    return true;
  }
  const raw = check["value"];
  const value = raw instanceof Date ? raw.getTime() : raw;
  if (typeof value !== "number" || Number.isNaN(value)) return false;
  if (check["check"] === "greater_than") {
    if (check["inclusive"] === true) bounds.atLeast = Math.max(bounds.atLeast, value);
    else bounds.above = Math.max(bounds.above, value);
    return true;
  }
  if (check["check"] === "less_than") {
    if (check["inclusive"] === true) bounds.atMost = Math.min(bounds.atMost, value);
    else bounds.below = Math.min(bounds.below, value);
    return true;
  }
  return false;
}
