import type { z } from "zod";
import { isPresent, type ListColumn, type NumbersColumn, type TextsColumn } from "../../table/column.ts";
import { itemsFrom } from "../../table/list-cells.ts";
import { type CellTest, compileAlternatives, isOtherScalar, type LeafCompiler, valueSet } from "./cell-test.ts";
import type { NumberTest } from "./number-test.ts";
import { probeDifference } from "./probe-field.ts";
import type { TextTest } from "./text-test.ts";
import { definitionOf, holdsOnly, type ZodDefinition } from "./zod-definition.ts";

/** A test of lists: of their lengths, and of each item by tests of which one must pass. */
export interface ListTest<T extends NumberTest | TextTest = NumberTest | TextTest> {
  readonly least: number;
  readonly most: number;
  readonly items: readonly T[];
  /** The schema of the items, for probing. */
  readonly element: z.core.$ZodType;
}

/** Compiles a leaf for lists whose items a leaf of their own compiles. Lengths are compiled; everything else is asked of zod, once a cell. */
export function listTest<T extends NumberTest | TextTest>(item: LeafCompiler<T>): LeafCompiler<ListTest<T>> {
  return (schema, def) => {
    if (def.type !== "array") return isOtherScalar(def) || valueSet(schema, def) !== undefined ? "never" : undefined;
    const element = def["element"];
    if (!isSchema(element) || !holdsOnly(def, ["element"])) return undefined;
    const items = compileAlternatives(element, item);
    if (items === undefined) return undefined;
    let least = 0;
    let most = Number.POSITIVE_INFINITY;
    for (const check of def.checks ?? []) {
      const range = lengthsOf(definitionOf(check));
      if (range === undefined) return undefined;
      least = Math.max(least, range[0]);
      most = Math.min(most, range[1]);
    }
    return { least, most, items, element };
  };
}

/** The length that all lists of a schema have, where it is said by `length`. */
export function fixedLength(def: ZodDefinition): number | undefined {
  for (const check of def.checks ?? []) {
    const { check: kind, length } = definitionOf(check);
    if (kind === "length_equals" && typeof length === "number") return length;
  }
  return undefined;
}

function lengthsOf(rule: ZodDefinition): readonly [least: number, most: number] | undefined {
  const { minimum, maximum, length } = rule;
  if (!holdsOnly(rule, ["check", "minimum", "maximum", "length", "when"])) return undefined;
  if (rule["check"] === "min_length" && typeof minimum === "number") return [minimum, Number.POSITIVE_INFINITY];
  if (rule["check"] === "max_length" && typeof maximum === "number") return [0, maximum];
  return rule["check"] === "length_equals" && typeof length === "number" ? [length, length] : undefined;
}

function isSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}

/** Longer lists are not tried out. */
const longestProbe = 20_000;

/** Asks the real schema about items and about lists of every length around the bounds, as {@link probeDifference} does; `itemsFor` are items to try. */
export function listDifference<V, T extends (NumberTest | TextTest) & CellTest<V>>(
  schema: z.core.$ZodType,
  tests: readonly ListTest<T>[],
  itemsFor: (tests: readonly T[]) => Iterable<V>,
): string | undefined {
  const lists: (readonly V[])[] = [[]];
  for (const { element, items, least, most } of tests) {
    const probes = [...itemsFor(items)];
    const difference = probeDifference(element, items, probes);
    if (difference !== undefined) return difference;
    const fine = probes.find((value) => items.some((item) => item.passes(value)));
    if (fine === undefined) continue;
    for (const length of new Set([least, most, 1].flatMap((edge) => [edge - 1, edge, edge + 1])))
      if (length >= 0 && length <= longestProbe) lists.push(new Array<V>(length).fill(fine));
  }
  const passes = (list: readonly V[]): boolean => tests.some((test) => passesList(test, list));
  return probeDifference(schema, [{ passes }], lists, (list) => [...list], isSameList);
}

function passesList<V, T extends (NumberTest | TextTest) & CellTest<V>>(
  { least, most, items }: ListTest<T>,
  list: readonly V[],
): boolean {
  if (list.length < least || list.length > most) return false;
  return list.every((value) => items.some((item) => item.passes(value)));
}

function isSameList(output: unknown, list: readonly unknown[]): boolean {
  return Array.isArray(output) && output.length === list.length && list.every((item, i) => Object.is(item, output[i]));
}

/** Marks in `bad` the present lists of numbers that pass none of the tests. */
export function judgeNumberLists(column: NumbersColumn, tests: readonly ListTest<NumberTest>[], bad: Uint8Array): void {
  const { items } = column;
  judgeLists(column, tests, bad, ({ items: [only, ...others] }) => {
    if (only?.plain === true && !only.integer && others.length === 0) {
      const { lo, hi } = only;
      return (at) => {
        const value = items[at] as number;
        return value >= lo && value <= hi;
      };
    }
    const all = only === undefined ? [] : [only, ...others];
    return (at) => all.some((item) => item.passes(items[at] as number));
  });
}

/** Marks in `bad` the present lists of texts that pass none of the tests; each distinct text is looked at once. */
export function judgeTextLists(column: TextsColumn, tests: readonly ListTest<TextTest>[], bad: Uint8Array): void {
  const { items, dictionary } = column;
  judgeLists(column, tests, bad, (test) => {
    const known = new Int8Array(dictionary.length);
    return (at) => {
      const code = items[at] as number;
      if (known[code] === 0) known[code] = test.items.some((item) => item.passes(dictionary[code] ?? "")) ? 1 : -1;
      return known[code] === 1;
    };
  });
}

function judgeLists<T extends NumberTest | TextTest>(
  column: ListColumn,
  tests: readonly ListTest<T>[],
  bad: Uint8Array,
  itemTest: (test: ListTest<T>) => (at: number) => boolean,
): void {
  const judges = tests.map((test) => ({ ...test, passes: itemTest(test) }));
  const { values } = column;
  for (let row = 0; row < values.length; row++) {
    if (!isPresent(column, row)) continue;
    const from = itemsFrom(column, row);
    const to = values[row] as number;
    const fits = judges.some(({ least, most, passes }) => {
      if (to - from < least || to - from > most) return false;
      for (let at = from; at < to; at++) if (!passes(at)) return false;
      return true;
    });
    if (!fits) bad[row] = 1;
  }
}
