import type { z } from "zod";
import type { CellTag } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { fixedLength } from "./list-test.ts";
import { definitionOf, transparentKinds, type ZodDefinition } from "./zod-definition.ts";

/** A field of a zod object as a column: its cell type, its innermost schema and what is wrapped around it. */
export interface SchemaField {
  readonly name: string;
  /** The field's schema, as declared. */
  readonly schema: z.core.$ZodType;
  /** The schema inside `nullable`, `optional`, `default` and the like. */
  readonly inner: z.core.$ZodType;
  /** The wrappers from the outermost in, by zod's names. */
  readonly wrappers: readonly string[];
  /** The cell type of what the schema makes of a cell; `undefined` where only running it tells (a bare transform, `any`, a mixed union). */
  readonly tag: CellTag | undefined;
  /** How many items each list has, where all have as many. */
  readonly size?: number;
  /** Whether the field's output may be null or undefined. */
  readonly nullable: boolean;
}

/** A {@link SchemaField} whose cell type is known. */
export type TypedField = SchemaField & { readonly tag: CellTag };

/** The fields of a zod object, in order. Throws `definition/invalid` for a reserved name. */
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
    return schemaField(name, field);
  });
}

/** The fields of a dataset's zod object. Throws `definition/invalid`, naming the field, where the cell type of its output is not known. */
export function typedFields(dataset: string, schema: z.core.$ZodObject): readonly TypedField[] {
  return schemaFields(dataset, schema).map((field) => {
    const { tag, name, inner } = field;
    if (tag !== undefined) return { ...field, tag };
    throw invalid(
      dataset,
      `the field "${name}" of kind ${definitionOf(inner).type}`,
      "a number, bigint, string, enum, literal, boolean, date, object or list, nullable, optional or with a default",
      "After a transform, say what comes out by .pipe(z.number()) or the like; store other kinds as text.",
    );
  });
}

/** Where a field's values come from and go to; `catch` lets any cell in but puts out the kind inside. */
function schemaField(name: string, schema: z.core.$ZodType): SchemaField {
  const wrappers: string[] = [];
  let inner = schema;
  for (let def = definitionOf(inner); isWrapper(def.type) && def.innerType !== undefined; def = definitionOf(inner)) {
    wrappers.push(def.type);
    inner = def.innerType;
  }
  const output = outputOf(inner, 0);
  const { tag, size } = output;
  const nullable = output.nullable ? true : outputMayMiss(wrappers);
  return { name, schema, inner, wrappers, tag, nullable, ...(size !== undefined && { size }) };
}

function isWrapper(type: string): boolean {
  return transparentKinds.has(type) || type === "catch";
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

type Output = { readonly tag: CellTag | undefined; readonly nullable: boolean; readonly size?: number };

const tagOfKind: { readonly [kind: string]: CellTag } = {
  number: "f64",
  int: "f64",
  bigint: "i64",
  string: "utf8",
  template_literal: "utf8",
  boolean: "bool",
  date: "instant",
  object: "json",
  tuple: "json",
  record: "json",
};

function outputOf(schema: z.core.$ZodType, depth: number): Output {
  const def = definitionOf(schema);
  const known = tagOfKind[def.type];
  if (known !== undefined) return { tag: known, nullable: false };
  if (depth > 20) return { tag: undefined, nullable: true };
  if (def.type === "array") return outputOfList(def, depth);
  if (def.type === "enum" || def.type === "literal") return tagOfValues([...(schema._zod.values ?? [])]);
  if (def.type === "pipe" && def.out !== undefined) return outputOf(def.out, depth + 1);
  if (def.type === "union") return tagOfOptions((def.options ?? []).map((option) => outputOf(option, depth + 1)));
  if (def.type === "null" || def.type === "undefined") return { tag: undefined, nullable: true };
  if (isWrapper(def.type) && def.innerType !== undefined) {
    const inside = outputOf(def.innerType, depth + 1);
    return { ...inside, nullable: inside.nullable || def.type === "nullable" || def.type === "optional" };
  }
  return { tag: undefined, nullable: false };
}

/** Lists of what are plainly numbers or texts are columns of lists; lists of anything else are JSON. */
function outputOfList(def: ZodDefinition, depth: number): Output {
  const element = def["element"];
  const item = isSchema(element) ? outputOf(element, depth + 1) : undefined;
  if (item === undefined || item.nullable || (item.tag !== "f64" && item.tag !== "utf8"))
    return { tag: "json", nullable: false };
  const size = fixedLength(def);
  return { tag: `${item.tag}[]`, nullable: false, ...(size !== undefined && size > 0 && { size }) };
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}

const jsonTags: ReadonlySet<CellTag | undefined> = new Set(["json", "f64[]", "utf8[]"] as const);

function tagOfOptions(options: readonly Output[]): Output {
  const said = options.filter((one) => one.tag !== undefined || !one.nullable);
  const nullable = options.some((one) => one.nullable);
  const [first, ...others] = said;
  if (first === undefined) return { tag: undefined, nullable };
  if (others.every(({ tag, size }) => tag === first.tag && size === first.size)) return { ...first, nullable };
  if (others.every(({ tag }) => tag === first.tag)) return { tag: first.tag, nullable };
  return { tag: said.every(({ tag }) => jsonTags.has(tag)) ? "json" : undefined, nullable };
}

function tagOfValues(values: readonly unknown[]): Output {
  const present = values.filter((value) => value !== null && value !== undefined);
  const tags = new Set(present.map((value) => tagOfKind[typeof value]));
  return { tag: tags.size === 1 ? [...tags][0] : undefined, nullable: present.length < values.length };
}

function invalid(dataset: string, found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `${found} in the schema of dataset "${dataset}"`,
    expected,
    fix,
  });
}
