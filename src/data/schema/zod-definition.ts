import type { z } from "zod";

/** The part of a zod definition that is read here; every kind of schema has it. */
export interface ZodDefinition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly checks?: readonly z.core.$ZodCheck<never>[];
  readonly [key: string]: unknown;
}

/** A schema's or check's definition, as open record. */
export function definitionOf(schema: { readonly _zod: { readonly def: object } }): ZodDefinition {
  const def: object = schema._zod.def;
  return isDefinition(def) ? def : { type: "check", ...def };
}

function isDefinition(def: object): def is ZodDefinition {
  return "type" in def && typeof def.type === "string";
}

/** Whether a definition holds nothing but these keys (and what every definition may hold), so that nothing unknown is passed over. */
export function holdsOnly(def: ZodDefinition, keys: readonly string[]): boolean {
  return Object.keys(def).every((key) => def[key] === undefined || common.has(key) || keys.includes(key));
}

const common = new Set(["type", "error", "message", "checks", "abort", "description"]);

/** Whether a schema is of zod's own classes: one that somebody derived may judge in its own way. */
export function isZodsOwn(schema: z.core.$ZodType): boolean {
  for (const trait of schema._zod.traits) if (!/^(\$|_)?Zod/.test(trait)) return false;
  return true;
}

/** Wrappers through which a value that is neither null nor absent passes as it is. */
export const transparentKinds: ReadonlySet<string> = new Set([
  "nullable",
  "optional",
  "default",
  "prefault",
  "nonoptional",
  "readonly",
]);
