import type { CellTag } from "../core/cell-type.ts";
import { SluiceError } from "../core/errors.ts";
import { codeOf } from "./code-of.ts";
import { cellState, type Column, type JsonColumn, type ListColumn, type Utf8Column } from "./column.ts";
import { columnOf, makeTable, type Table } from "./table.ts";

/** Tables one below the other. The first table's columns decide names and types; the others must have them too. */
export function concatTables(tables: readonly Table[]): Table {
  const first = tables[0];
  if (first === undefined) return makeTable({});
  if (tables.length === 1) return first;
  const columns: { [name: string]: Column } = {};
  for (const [name, column] of Object.entries(first.columns)) {
    columns[name] = concatCells(tables, name, column.tag);
  }
  return makeTable(columns);
}

function concatCells(tables: readonly Table[], name: string, tag: CellTag): Column {
  const length = tables.reduce((sum, table) => sum + table.rowCount, 0);
  const states = concatStates(tables, name, tag, length);
  switch (tag) {
    case "f64":
      return { tag, values: fill(new Float64Array(length), tables, (t) => columnOf(t, name, tag).values), ...states };
    case "instant":
      return { tag, values: fill(new Float64Array(length), tables, (t) => columnOf(t, name, tag).values), ...states };
    case "i32":
      return { tag, values: fill(new Int32Array(length), tables, (t) => columnOf(t, name, tag).values), ...states };
    case "bool":
      return { tag, values: fill(new Uint8Array(length), tables, (t) => columnOf(t, name, tag).values), ...states };
    case "i64":
      return { tag, values: fill(new BigInt64Array(length), tables, (t) => columnOf(t, name, tag).values), ...states };
    case "utf8":
    case "json":
      return { tag, ...concatCodes(tables.map((t) => columnOf(t, name, tag))), ...states };
    case "f64[]": {
      const columns = tables.map((t) => columnOf(t, name, tag));
      const values = concatEnds(columns);
      const items = new Float64Array(values[length - 1] ?? 0);
      columns.reduce((at, column) => {
        const own = usedItems(column.items, column);
        items.set(own, at);
        return at + own.length;
      }, 0);
      return { tag, values, items, ...states };
    }
    case "utf8[]": {
      const columns = tables.map((t) => columnOf(t, name, tag));
      const { values: items, dictionary } = concatCodes(
        columns.map((column) => ({ values: usedItems(column.items, column), dictionary: column.dictionary })),
      );
      return { tag, values: concatEnds(columns), items, dictionary, ...states };
    }
  }
}

function fill<A extends { set(from: A, at: number): void; readonly length: number }>(
  out: A,
  tables: readonly Table[],
  of: (t: Table) => A,
): A {
  let at = 0;
  for (const table of tables) {
    const values = of(table);
    out.set(values, at);
    at += values.length;
  }
  if (at !== out.length)
    throw new SluiceError("table/type-mismatch", {
      found: `${at} values`,
      expected: `${out.length}`,
      fix: "Pass whole tables.",
    });
  return out;
}

function concatStates(tables: readonly Table[], name: string, tag: CellTag, length: number): { states?: Uint8Array } {
  if (tables.every((table) => columnOf(table, name, tag).states === undefined)) return {};
  const states = new Uint8Array(length).fill(cellState.present);
  let at = 0;
  for (const table of tables) {
    const own = columnOf(table, name, tag).states;
    if (own !== undefined) states.set(own, at);
    at += table.rowCount;
  }
  return { states };
}

/** The ends of lists, each counted from the first item of the first column. */
function concatEnds(columns: readonly ListColumn[]): Uint32Array {
  const ends = new Uint32Array(columns.reduce((sum, { values }) => sum + values.length, 0));
  let row = 0;
  let base = 0;
  for (const { values } of columns) {
    for (const end of values) ends[row++] = base + end;
    base += values[values.length - 1] ?? 0;
  }
  return ends;
}

/** The items that a row has; there may be more behind. */
function usedItems<A extends { subarray(from: number, to: number): A }>(items: A, { values }: ListColumn): A {
  return items.subarray(0, values[values.length - 1] ?? 0);
}

type Coded = Pick<Utf8Column | JsonColumn, "values" | "dictionary">;

function concatCodes(columns: readonly Coded[]): Omit<Utf8Column, "tag" | "states"> {
  const index = new Map<string, number>();
  const values = new Int32Array(columns.reduce((sum, column) => sum + column.values.length, 0));
  let at = 0;
  let dictionary: readonly string[] | undefined;
  let codes: readonly number[] = [];
  for (const column of columns) {
    // Slices of one table share its dictionary: translated once.
    if (column.dictionary !== dictionary) {
      dictionary = column.dictionary;
      codes = dictionary.map((text) => codeOf(index, text));
    }
    for (const code of column.values) values[at++] = codes[code] ?? 0;
  }
  return { values, dictionary: [...index.keys()] };
}
