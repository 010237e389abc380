import type { z } from "zod";
import { definitionOf, holdsOnly, isZodsOwn, transparentKinds, type ZodDefinition } from "./zod-definition.ts";

/** A compiled demand on present cells. */
export interface CellTest<V> {
  /** Whether zod would accept the value as it is. May say no too often (the row is asked again), never yes too often. */
  readonly passes: (value: V) => boolean;
}

/** Compiles one leaf of a schema: `never` where it accepts no value of the kind, `undefined` where only zod can tell. */
export type LeafCompiler<T> = (schema: z.core.$ZodType, def: ZodDefinition) => T | "never" | undefined;

/**
 * The tests of which one must pass: one for a plain field, one an option for a union. `undefined` where only zod can tell. Allowed is what
 * is known by name, with no property that is not known, so that a new kind of demand in zod is never passed over.
 */
export function compileAlternatives<T>(schema: z.core.$ZodType, leaf: LeafCompiler<T>): readonly T[] | undefined {
  const def = definitionOf(schema);
  if (!isZodsOwn(schema)) return undefined;
  const checked = (def.checks ?? []).length > 0;
  if (transparentKinds.has(def.type)) {
    if (checked || def.innerType === undefined || !holdsOnly(def, ["innerType", "defaultValue"])) return undefined;
    return compileAlternatives(def.innerType, leaf);
  }
  if (def.type === "union") {
    if (checked || !holdsOnly(def, ["options", "inclusive"]) || def["inclusive"] === false) return undefined;
    const all: T[] = [];
    for (const option of def.options ?? []) {
      const own = compileAlternatives(option, leaf);
      if (own === undefined) return undefined;
      all.push(...own);
    }
    return all;
  }
  const own = leaf(schema, def);
  if (own === undefined) return undefined;
  return own === "never" ? [] : [own];
}

/** Leaves that accept no value of the other kinds, whatever is demanded of their own. */
const scalarKinds = new Set(["number", "bigint", "string", "boolean", "date", "null", "undefined", "void", "never"]);

/** Whether a leaf is of a scalar kind other than the one asked about, and does not convert. */
export function isOtherScalar(def: ZodDefinition): boolean {
  return scalarKinds.has(def.type) && def["coerce"] !== true;
}

/** The values that an enum or a literal accepts; `undefined` for other kinds and for one with further checks. */
export function valueSet(schema: z.core.$ZodType, def: ZodDefinition): ReadonlySet<unknown> | undefined {
  const plain = (def.checks ?? []).length === 0;
  if (def.type === "enum" && plain && holdsOnly(def, ["entries"])) return schema._zod.values;
  if (def.type === "literal" && plain && holdsOnly(def, ["values"])) return schema._zod.values;
  return undefined;
}

/** A refinement's function; `undefined` for what works on zod's own payload (superRefine) or only under a condition. */
export function refinement(check: ZodDefinition): ((value: unknown) => unknown) | undefined {
  const fn = check["fn"];
  if (check["check"] !== "custom" || check["when"] !== undefined || !isFunction(fn)) return undefined;
  return holdsOnly(check, ["check", "fn", "path", "params"]) ? fn : undefined;
}

function isFunction(value: unknown): value is (value: unknown) => unknown {
  return typeof value === "function";
}
