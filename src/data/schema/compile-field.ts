import type { CellTag } from "../../core/cell-type.ts";
import { type BigintTest, bigintTest } from "./bigint-test.ts";
import { compileAlternatives } from "./cell-test.ts";
import { byNumberKind, type NumberKind, numberKind } from "./input-rule.ts";
import { listDifference, type ListTest, listTest } from "./list-test.ts";
import { instantTest, type NumberTest, numberTest } from "./number-test.ts";
import { bigintProbes, instantProbes, numberProbes, probeDifference, textProbes } from "./probe-field.ts";
import type { SchemaField } from "./schema-field.ts";
import { type TextTest, textTest } from "./text-test.ts";
import { definitionOf, holdsOnly, isZodsOwn, transparentKinds } from "./zod-definition.ts";

/** How a column's present cells are judged. */
export type ColumnPlan =
  | { readonly how: "free" }
  | { readonly how: "numbers" | "instants"; readonly tests: readonly NumberTest[] }
  | { readonly how: "bigints"; readonly tests: readonly BigintTest[] }
  | { readonly how: "texts"; readonly tests: readonly TextTest[] }
  | { readonly how: "number lists"; readonly tests: readonly ListTest<NumberTest>[] }
  | { readonly how: "text lists"; readonly tests: readonly ListTest<TextTest>[] }
  /** zod is asked: once a distinct value of text, JSON and booleans, once a cell of numbers. */
  | { readonly how: "zod"; readonly why: string };

/** A field, compiled: a plan for each cell type that its column may come in. */
export interface CompiledField extends SchemaField {
  readonly numbers: NumberKind;
  /** The plan for columns of a cell type, made when first asked for. Throws `definition/invalid` for an asynchronous check. */
  planFor(tag: CellTag): ColumnPlan;
}

/** Compiles a field of a row schema. */
export function compileField(field: SchemaField): CompiledField {
  const plans = new Map<CellTag, ColumnPlan>();
  const numbers = numberKind(field.schema);
  return {
    ...field,
    numbers,
    planFor: (tag) => {
      const known = plans.get(tag) ?? makePlan(field, numbers, tag);
      plans.set(tag, known);
      return known;
    },
  };
}

function makePlan(field: SchemaField, numbers: NumberKind, tag: CellTag): ColumnPlan {
  const { schema } = field;
  if (acceptsAnything(field)) return { how: "free" };
  if (tag === "bool" || tag === "json") return { how: "zod", why: "few distinct values" };
  if (tag === "f64" || tag === "i32") {
    const tests = compileAlternatives(schema, numberTest);
    if (tests === undefined) return { how: "zod", why: "a demand that is not compiled" };
    // Where a kind of numbers is cast, the loop sees what zod sees; else the cell's own kind is probed.
    const difference = probeDifference(schema, tests, numberProbes(tests), (value) => byNumberKind(numbers, value));
    return difference === undefined ? { how: "numbers", tests } : { how: "zod", why: difference };
  }
  if (tag === "i64") {
    const tests = compileAlternatives(schema, bigintTest);
    if (tests === undefined) return { how: "zod", why: "a demand that is not compiled" };
    const difference = probeDifference(schema, tests, bigintProbes(tests));
    return difference === undefined ? { how: "bigints", tests } : { how: "zod", why: difference };
  }
  if (tag === "instant") {
    const tests = compileAlternatives(schema, instantTest);
    if (tests === undefined) return { how: "zod", why: "a demand that is not compiled" };
    const same = (output: unknown, ms: number): boolean => output instanceof Date && output.getTime() === ms;
    const difference = probeDifference(schema, tests, instantProbes(tests), (ms) => new Date(ms), same);
    return difference === undefined ? { how: "instants", tests } : { how: "zod", why: difference };
  }
  if (tag === "f64[]") {
    const tests = compileAlternatives(schema, listTest(numberTest));
    if (tests === undefined) return { how: "zod", why: "a demand that is not compiled" };
    const difference = listDifference(schema, tests, numberProbes);
    return difference === undefined ? { how: "number lists", tests } : { how: "zod", why: difference };
  }
  if (tag === "utf8[]") {
    const tests = compileAlternatives(schema, listTest(textTest));
    if (tests === undefined) return { how: "zod", why: "a demand that is not compiled" };
    const difference = listDifference(schema, tests, textProbes);
    return difference === undefined ? { how: "text lists", tests } : { how: "zod", why: difference };
  }
  const tests = compileAlternatives(schema, textTest);
  if (tests === undefined) return { how: "zod", why: "a demand that is not compiled" };
  const difference = probeDifference(schema, tests, textProbes(tests));
  return difference === undefined ? { how: "texts", tests } : { how: "zod", why: difference };
}

/** Whether a field is `any` or `unknown`, plainly. */
function acceptsAnything({ schema, wrappers, inner }: SchemaField): boolean {
  const def = definitionOf(inner);
  const plain = def.type === "any" || def.type === "unknown";
  if (!plain || !isZodsOwn(inner) || !holdsOnly(def, []) || (def.checks ?? []).length > 0) return false;
  if (wrappers.length === 0) return true;
  return wrappers.every((wrapper) => transparentKinds.has(wrapper)) && wrapperChecks(schema) === 0;
}

function wrapperChecks(schema: SchemaField["schema"]): number {
  const def = definitionOf(schema);
  const own = (def.checks ?? []).length;
  return def.innerType === undefined ? own : own + wrapperChecks(def.innerType);
}
