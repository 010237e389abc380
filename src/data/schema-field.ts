import type { z } from "zod";
import type { CellTag } from "../core/cell-type.ts";
import { SluiceError } from "../core/errors.ts";

/** A field of a zod object as a column: its cell type, its innermost schema and what is wrapped around it. */
export interface SchemaField {
  readonly name: string;
  /** The field's schema, as declared. */
  readonly schema: z.core.$ZodType;
  /** The schema inside `nullable`, `optional`, `default` and the like. */
  readonly inner: z.core.$ZodType;
  /** The wrappers from the outermost in, by zod's names. */
  readonly wrappers: readonly string[];
  readonly tag: CellTag;
  /** Whether the field's output may be null or undefined. */
  readonly nullable: boolean;
}

/** The part of a zod definition that is read here; every kind of schema has it. */
export interface ZodDefinition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly checks?: readonly z.core.$ZodCheck<never>[];
  readonly [key: string]: unknown;
}

/** A schema's definition, as open record. */
export function definitionOf(schema: { readonly _zod: { readonly def: object } }): ZodDefinition {
  const def: object = schema._zod.def;
  return isDefinition(def) ? def : { type: "check", ...def };
}

function isDefinition(def: object): def is ZodDefinition {
  return "type" in def && typeof def.type === "string";
}

const wrapperKinds = new Set(["nullable", "optional", "default", "prefault", "nonoptional", "readonly", "catch"]);

/** The fields of a zod object, in order. Throws `definition/invalid`, naming the field, for a kind that no column can hold. */
export function schemaFields(dataset: string, schema: z.core.$ZodObject): readonly SchemaField[] {
  const shape: { readonly [name: string]: z.core.$ZodType } = schema._zod.def.shape;
  return Object.entries(shape).map(([name, field]) => {
    if (name.startsWith("__"))
      throw invalid(
        dataset,
        `the field "${name}"`,
        'names that do not start with "__", which is reserved',
        "Rename the field.",
      );
    return schemaField(dataset, name, field);
  });
}

function schemaField(dataset: string, name: string, schema: z.core.$ZodType): SchemaField {
  const wrappers: string[] = [];
  let inner = schema;
  for (
    let def = definitionOf(inner);
    wrapperKinds.has(def.type) && def.innerType !== undefined;
    def = definitionOf(inner)
  ) {
    wrappers.push(def.type);
    inner = def.innerType;
  }
  const tag = cellTagOf(definitionOf(inner));
  if (tag === undefined) {
    throw invalid(
      dataset,
      `the field "${name}" of kind ${definitionOf(inner).type}`,
      "a number, bigint, string, enum, literal, boolean or date, nullable, optional or with a default",
      "Store such a field in another form, for example as text.",
    );
  }
  return { name, schema, inner, wrappers, tag, nullable: outputMayMiss(wrappers) };
}

/** Goes from the innermost wrapper out, as zod computes the output type. */
function outputMayMiss(wrappers: readonly string[]): boolean {
  let mayBeNull = false;
  let mayBeAbsent = false;
  for (const wrapper of wrappers.toReversed()) {
    if (wrapper === "nullable") mayBeNull = true;
    if (wrapper === "optional") mayBeAbsent = true;
    if (wrapper === "default" || wrapper === "nonoptional") mayBeAbsent = false;
  }
  return mayBeNull || mayBeAbsent;
}

function cellTagOf(def: ZodDefinition): CellTag | undefined {
  switch (def.type) {
    case "number":
      return "f64";
    case "bigint":
      return "i64";
    case "string":
    case "template_literal":
      return "utf8";
    case "boolean":
      return "bool";
    case "date":
      return "instant";
    case "enum":
      return commonTag(Object.values(isRecord(def["entries"]) ? def["entries"] : {}));
    case "literal":
      return commonTag(Array.isArray(def["values"]) ? def["values"] : []);
    default:
      return undefined;
  }
}

function commonTag(values: readonly unknown[]): CellTag | undefined {
  const tags: { readonly [type: string]: CellTag } = { number: "f64", bigint: "i64", string: "utf8", boolean: "bool" };
  const kinds = new Set(values.map((value) => tags[typeof value]));
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function invalid(dataset: string, found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `${found} in the schema of dataset "${dataset}"`,
    expected,
    fix,
  });
}
