import type { JsonValue } from "../../core/canonical-json.ts";
import { cellState } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";
import { columnDoubles } from "./column-doubles.ts";
import { refuseOption, requireColumnName } from "./require-option.ts";

/** A side of a comparison: a column's name, a constant, or the sum, difference or product of two sides. */
export type CompareSide = string | ComputedSide;

/** A side that is not a column as it is. */
export type ComputedSide =
  | { readonly value: number | bigint | string | boolean | Date }
  | { readonly plus: readonly [CompareSide, CompareSide] }
  | { readonly minus: readonly [CompareSide, CompareSide] }
  | { readonly times: readonly [CompareSide, CompareSide] };

/** The columns that a side reads, as a type. */
export type SideColumns<S> = S extends string
  ? S
  : S extends { readonly plus: readonly [infer A, infer B] }
    ? SideColumns<A> | SideColumns<B>
    : S extends { readonly minus: readonly [infer A, infer B] }
      ? SideColumns<A> | SideColumns<B>
      : S extends { readonly times: readonly [infer A, infer B] }
        ? SideColumns<A> | SideColumns<B>
        : never;

/** A side over a table. */
export interface SideReader {
  readonly kind: "number" | "text" | "boolean";
  /** The value of a row; meaningful where `states` says present. */
  at(row: number): number | bigint | string | boolean;
  /** The cell state of a row; undefined where all are present. */
  readonly states: ((row: number) => number) | undefined;
}

interface Pair {
  readonly operation: "plus" | "minus" | "times";
  readonly sides: readonly [CompareSide, CompareSide];
}

function pairOf(side: ComputedSide): Pair | undefined {
  if ("plus" in side) return { operation: "plus", sides: side.plus };
  if ("minus" in side) return { operation: "minus", sides: side.minus };
  if ("times" in side) return { operation: "times", sides: side.times };
  return undefined;
}

type Read = { column: string } | { constant: number | bigint | string | boolean } | Pair;

/** What a side is; throws `argument/invalid` for anything else. */
function read(side: CompareSide): Read {
  if (typeof side === "string") return { column: requireColumnName(side) };
  const given: unknown = side;
  if (typeof given !== "object" || given === null) return refuseSide(given);
  const pair = pairOf(side);
  if (pair !== undefined) {
    if (!Array.isArray(pair.sides) || pair.sides.length !== 2) return refuseSide(given);
    return pair;
  }
  if (!("value" in side)) return refuseSide(given);
  const value = side.value instanceof Date ? side.value.getTime() : side.value;
  const kinds = ["number", "bigint", "string", "boolean"];
  return kinds.includes(typeof value) && !Number.isNaN(value) ? { constant: value } : refuseSide(given);
}

function refuseSide(side: unknown): never {
  return refuseOption(
    `the side ${JSON.stringify(side)}`,
    "a column's name, { value }, or { plus }, { minus } or { times } of two sides",
  );
}

/** The columns that a side reads. */
export function sideColumns(side: CompareSide): readonly string[] {
  const found = read(side);
  if ("column" in found) return [found.column];
  return "constant" in found ? [] : found.sides.flatMap((one) => sideColumns(one));
}

/** A side as JSON, for a check's params. */
export function sideJson(side: CompareSide): JsonValue {
  const found = read(side);
  if ("column" in found) return found.column;
  if ("constant" in found) {
    const { constant } = found;
    return {
      value:
        typeof constant === "bigint"
          ? `${constant}n`
          : Number.isFinite(constant) || typeof constant !== "number"
            ? constant
            : `${constant}`,
    };
  }
  return { [found.operation]: found.sides.map((one) => sideJson(one)) };
}

/** A side in words, as in `(landed − departed)`. */
export function sideText(side: CompareSide): string {
  const found = read(side);
  if ("column" in found) return found.column;
  if ("constant" in found)
    return typeof found.constant === "string" ? JSON.stringify(found.constant) : `${found.constant}`;
  const sign = { plus: "+", minus: "−", times: "×" }[found.operation];
  return `(${found.sides.map((one) => sideText(one)).join(` ${sign} `)})`;
}

/** A side over a table's columns. */
export function sideReader(table: Table, side: CompareSide): SideReader {
  const found = read(side);
  if ("column" in found) return columnReader(table, found.column);
  if ("constant" in found) {
    const { constant } = found;
    const kind = typeof constant === "string" ? "text" : typeof constant === "boolean" ? "boolean" : "number";
    return { kind, at: () => constant, states: undefined };
  }
  const [left, right] = found.sides.map((one) => numberReader(table, one));
  if (left === undefined || right === undefined) return refuseSide(side);
  const { operation } = found;
  const at =
    operation === "plus"
      ? (row: number) => left.at(row) + right.at(row)
      : operation === "minus"
        ? (row: number) => left.at(row) - right.at(row)
        : (row: number) => left.at(row) * right.at(row);
  return { kind: "number", at, states: bothStates(left.states, right.states) };
}

function bothStates(left: SideReader["states"], right: SideReader["states"]): SideReader["states"] {
  if (left === undefined || right === undefined) return left ?? right;
  return (row) => (left(row) === cellState.present ? right(row) : left(row));
}

function numberReader(table: Table, side: CompareSide): { at: (row: number) => number; states: SideReader["states"] } {
  const { kind, at, states } = sideReader(table, side);
  if (kind !== "number") return refuseOption(`arithmetic with the ${kind} ${sideText(side)}`, "numbers or instants");
  return { at: (row) => Number(at(row)), states };
}

function columnReader(table: Table, name: string): SideReader {
  const column = anyColumnOf(table, name);
  const { states: own } = column;
  const states = own === undefined ? undefined : (row: number) => own[row] as number;
  if (column.tag === "utf8") {
    const { values, dictionary } = column;
    return { kind: "text", at: (row) => dictionary[values[row] as number] as string, states };
  }
  if (column.tag === "bool") {
    const { values } = column;
    return { kind: "boolean", at: (row) => values[row] === 1, states };
  }
  if (column.tag === "i64") {
    const { values } = column;
    return { kind: "number", at: (row) => values[row] as bigint, states };
  }
  const doubles = columnDoubles(column);
  return { kind: "number", at: (row) => doubles[row] as number, states };
}
