import type { HyperLogLog } from "../../stats/sketches/hyper-log-log.ts";
import { cellState, type Column, isListColumn, isPresent, type ListColumn } from "../../table/column.ts";
import { listAt } from "../../table/list-cells.ts";
import { presentDoubles, presentIntegers } from "./present-values.ts";

/** Adds the values of a column's cells to a sketch of distinct ones: 64-bit integers as they are, JSON by its text, lists by that of their JSON. */
export function addDistinct(sketch: HyperLogLog, column: Column): void {
  if (column.tag === "utf8" || column.tag === "json")
    sketch.addAll(usedTexts(column.values, column.dictionary, column.states));
  else if (isListColumn(column)) sketch.addAll(listTexts(column));
  else if (column.tag === "i64") sketch.addAll(presentIntegers(column));
  else sketch.addAll(presentDoubles(column));
}

/** Lists as texts that do not depend on a dictionary; NaN, infinities and −0 are told apart. */
function* listTexts(column: ListColumn): Generator<string> {
  for (let row = 0; row < column.values.length; row++)
    if (isPresent(column, row))
      yield listAt(column, row)
        .map((item) => (typeof item === "string" ? JSON.stringify(item) : Object.is(item, -0) ? "-0" : String(item)))
        .join(",");
}

/** The texts that some row holds, each once. */
function* usedTexts(
  codes: Int32Array,
  dictionary: readonly string[],
  states: Uint8Array | undefined,
): Generator<string> {
  const used = new Uint8Array(dictionary.length);
  for (let i = 0; i < codes.length; i++)
    if (states === undefined || states[i] === cellState.present) used[codes[i] as number] = 1;
  for (let code = 0; code < used.length; code++) if (used[code] === 1) yield dictionary[code] as string;
}
