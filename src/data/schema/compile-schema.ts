import type { z } from "zod";
import { SluiceError } from "../../core/errors.ts";
import type { Column } from "../../table/column.ts";
import { type CompiledField, compileField } from "./compile-field.ts";
import type { InputRecord } from "./input-cells.ts";
import { byNumberKind, type NumberKind, numberKind } from "./input-rule.ts";
import type { MissingAnswer, MissingAnswers } from "./cell-outputs.ts";
import { schemaFields } from "./schema-field.ts";
import { singleField } from "./single-field.ts";
import { asynchronousCheck, runZod } from "./zod-answer.ts";
import { definitionOf, isZodsOwn } from "./zod-definition.ts";

/** A row schema, compiled. */
export interface CompiledSchema {
  readonly name: string;
  readonly schema: z.core.$ZodType;
  /** Why rows must be judged whole; `undefined` where columns can be judged one by one. */
  readonly wholeRows: string | undefined;
  /** The fields of the object; none where the schema is no plain object. */
  readonly fields: readonly CompiledField[];
  /** What happens to columns that are no fields. */
  readonly unknownColumns: "dropped" | "kept" | "refused";
  /** Which kind of number a column's cells are given as. */
  numbersOf(column: string): NumberKind;
  /** What a field makes of null and of an absent cell. */
  missing(field: CompiledField): MissingAnswers;
  /** The schema of rows with one field alone; `undefined` where rows must be asked about whole. */
  alone(field: CompiledField): z.core.$ZodType | undefined;
}

/** Compiles a row schema: an object, or anything else that takes records. Throws `definition/invalid` for an asynchronous check. */
export function compileSchema(name: string, schema: z.core.$ZodType): CompiledSchema {
  const root = isObject(schema) ? schema : undefined;
  const fields = root === undefined ? [] : schemaFields(name, root).map(compileField);
  const shared = root === undefined ? kindsByName(schema) : new Map(fields.map((field) => [field.name, field.numbers]));
  const unknownColumns = root === undefined ? undefined : catchallOf(root);
  const empty = root === undefined ? undefined : answerOnNothing(root);
  const base = { name, schema, fields, numbersOf: (column: string) => shared.get(column) ?? ("either" as const) };
  return {
    ...base,
    unknownColumns: unknownColumns ?? "kept",
    wholeRows: wholeRows(schema, root, unknownColumns, empty),
    missing: (field) => missingAnswers(field, empty),
    alone: aloneOf(root),
  };
}

function isObject(schema: z.core.$ZodType): schema is z.core.$ZodObject {
  return definitionOf(schema).type === "object";
}

function wholeRows(
  schema: z.core.$ZodType,
  root: z.core.$ZodObject | undefined,
  unknownColumns: string | undefined,
  empty: EmptyAnswer | undefined,
): string | undefined {
  if (root === undefined) return `a schema of kind ${definitionOf(schema).type}`;
  if ((root._zod.def.checks ?? []).length > 0) return "a check on the row as a whole";
  if (unknownColumns === undefined) return "a schema for columns under other names";
  if (!isZodsOwn(root)) return "a class of schema that is not zod's own";
  return empty === undefined ? "a function of the schema that throws on an absent cell" : undefined;
}

/** `undefined` where zod judges the other columns by a schema of their own. */
function catchallOf(root: z.core.$ZodObject): CompiledSchema["unknownColumns"] | undefined {
  const { catchall } = root._zod.def;
  if (catchall === undefined) return "dropped";
  const { type, checks } = definitionOf(catchall);
  if (type === "never") return "refused";
  return (type === "unknown" || type === "any") && (checks ?? []).length === 0 ? "kept" : undefined;
}

function aloneOf(root: z.core.$ZodObject | undefined): CompiledSchema["alone"] {
  const made = new Map<string, z.core.$ZodType | undefined>();
  return ({ name }) => {
    if (root !== undefined && !made.has(name)) made.set(name, singleField(root, name));
    return made.get(name);
  };
}

interface EmptyAnswer {
  readonly refused: ReadonlySet<unknown>;
  readonly value: InputRecord;
}

/**
 * What the object makes of a record without keys: whether a key may be absent is the object's business and differs between versions of zod.
 * `undefined` where a function of the schema throws on it.
 */
function answerOnNothing(root: z.core.$ZodObject): EmptyAnswer | undefined {
  if ((root._zod.def.checks ?? []).length > 0) return undefined;
  let result: ReturnType<typeof root._zod.run>;
  try {
    const pending = root._zod.run({ value: {}, issues: [] }, {});
    if (pending instanceof Promise) throw asynchronousCheck(pending);
    // Once more as parsing runs it: the two ways differ on absent keys in zod 4.0.
    result = root._zod.run({ value: {}, issues: [] }, { async: false });
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    return undefined;
  }
  if (result instanceof Promise) throw asynchronousCheck(result);
  const value: unknown = result.value;
  return {
    refused: new Set(result.issues.map((issue) => issue.path?.[0])),
    value: typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {},
  };
}

function missingAnswers(field: CompiledField, empty: EmptyAnswer | undefined): MissingAnswers {
  let onNull: MissingAnswer | undefined;
  return {
    onNull: () => {
      onNull ??= runZod(field.schema, null);
      return onNull;
    },
    onAbsent: () =>
      empty === undefined
        ? runZod(field.schema, undefined)
        : {
            ok: !empty.refused.has(field.name),
            value: Object.hasOwn(empty.value, field.name) ? empty.value[field.name] : undefined,
          },
  };
}

/** The kinds of number by field name, over the objects that a union or an intersection is made of. */
function kindsByName(schema: z.core.$ZodType): Map<string, NumberKind> {
  const found = new Map<string, z.core.$ZodType[]>();
  collect(schema, found, 0);
  return new Map([...found].map(([name, schemas]) => [name, numberKind(...schemas)]));
}

function collect(schema: z.core.$ZodType, found: Map<string, z.core.$ZodType[]>, depth: number): void {
  const def = definitionOf(schema);
  if (depth > 20) return;
  if (isObject(schema)) {
    for (const [name, field] of Object.entries(schema._zod.def.shape)) {
      const own = found.get(name) ?? [];
      own.push(field);
      found.set(name, own);
    }
    return;
  }
  for (const part of [def.innerType, def.in, def["left"], def["right"], ...(def.options ?? [])])
    if (isSchema(part)) collect(part, found, depth + 1);
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}

/** A record as zod takes it: `undefined` members are absent keys, numbers are of the kind that the field takes. */
export function inputRecord(compiled: CompiledSchema, record: { readonly [name: string]: unknown }): InputRecord {
  const input: InputRecord = {};
  for (const [name, value] of Object.entries(record))
    if (value !== undefined) input[name] = byNumberKind(compiled.numbersOf(name), value);
  return input;
}

/** Whether a source's single null stands for an absent cell of the field: where null is refused and absence is not. */
export function nullMeansAbsent(compiled: CompiledSchema, field: CompiledField): boolean {
  const { onNull, onAbsent } = compiled.missing(field);
  return !onNull().ok && onAbsent().ok;
}

/** Throws `data/schema-mismatch` for a column of cells that a field can never accept, whatever their values. */
export function requireFittingColumn(field: CompiledField, column: Column): void {
  const cast = column.tag === "i64" && field.numbers === "number" ? "f64" : column.tag;
  const tag = field.numbers === "bigint" && (cast === "f64" || cast === "i32") ? "i64" : cast;
  const plan = field.planFor(tag);
  if (plan.how === "free" || plan.how === "zod" || plan.tests.length > 0 || field.tag === undefined) return;
  throw new SluiceError("data/schema-mismatch", {
    found: `column "${field.name}" of type ${column.tag}`,
    expected: `type ${field.tag}, as the schema declares`,
    fix: "Convert the column where it is read (for example by a cast in SQL), or change the schema.",
  });
}
