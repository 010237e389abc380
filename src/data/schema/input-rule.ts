import type { z } from "zod";
import { definitionOf, transparentKinds } from "./zod-definition.ts";

/**
 * Which of JavaScript's two numbers a schema takes: `number`, `bigint`, or `either` (also where it cannot be told), and then a cell's own
 * kind is kept.
 */
export type NumberKind = "number" | "bigint" | "either";

/** The {@link NumberKind} of the input of one or more schemas of which each may be the one to take it. */
export function numberKind(...schemas: readonly z.core.$ZodType[]): NumberKind {
  const kinds = new Set<string>();
  for (const schema of schemas) collectKinds(schema, kinds, 0);
  if (kinds.has("open") || kinds.has("number") === kinds.has("bigint")) return "either";
  return kinds.has("number") ? "number" : "bigint";
}

function collectKinds(schema: z.core.$ZodType, kinds: Set<string>, depth: number): void {
  const def = definitionOf(schema);
  if (depth > 20 || def["coerce"] === true) kinds.add("open");
  else if ((transparentKinds.has(def.type) || def.type === "catch") && def.innerType !== undefined)
    collectKinds(def.innerType, kinds, depth + 1);
  else if (def.type === "pipe" && def.in !== undefined) collectKinds(def.in, kinds, depth + 1);
  else if (def.type === "union") for (const option of def.options ?? []) collectKinds(option, kinds, depth + 1);
  else if (def.type === "literal" || def.type === "enum")
    for (const value of schema._zod.values ?? []) kinds.add(typeof value);
  else kinds.add(openKinds.has(def.type) ? "open" : def.type);
}

const openKinds = new Set(["any", "unknown", "custom", "transform", "lazy", "intersection", "nan"]);

/**
 * One rule for 64-bit integers, in tables and in records: where a schema takes numbers only, a bigint becomes a number if that is exact;
 * where it takes bigints only, a safe integer becomes a bigint. Anything else is left to zod, which refuses it.
 */
export function byNumberKind(kind: NumberKind, value: unknown): unknown {
  if (kind === "number" && typeof value === "bigint") {
    const double = Number(value);
    return Number.isSafeInteger(double) ? double : value;
  }
  if (kind === "bigint" && typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  return value;
}
