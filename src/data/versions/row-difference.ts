import { concatTables } from "../../table/concat-tables.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { rowCodes } from "./row-codes.ts";

/** How rows became others, by key. Rows are indices into `rows`, in which those before stand above those after. */
export interface RowDifference {
  readonly rows: Table;
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** Pairs with the same key: the row before and the row after. */
  readonly changed: readonly (readonly [before: number, after: number])[];
}

/**
 * Compares rows as multisets: equal rows cancel each other; what is left over on both sides under one key was changed, the rest removed or
 * added. Without a key a row is its own: nothing is changed then.
 */
export function rowDifference(before: Table, after: Table, columns: readonly string[], key?: string): RowDifference {
  const rows = joined([before, after], columns);
  const same = rowCodes(rows, columns).codes;
  const left = cancelled(same, before.rowCount);
  if (key === undefined) return { rows, removed: left.before, added: left.after, changed: [] };
  const keys = rowCodes(rows, [key]).codes;
  const waiting = new Map<number, number[]>();
  for (const row of left.before) push(waiting, keys[row] as number, row);
  const added: number[] = [];
  const changed: (readonly [number, number])[] = [];
  for (const row of left.after) {
    const old = waiting.get(keys[row] as number)?.shift();
    if (old === undefined) added.push(row);
    else changed.push([old, row]);
  }
  const removed = [...waiting.values()].flat().sort((a, b) => a - b);
  return { rows, removed, added, changed };
}

/** Some columns of tables one below the other. A table without rows may lack them. */
export function joined(tables: readonly Table[], columns: readonly string[]): Table {
  const withRows = tables.filter((table) => table.rowCount > 0);
  const picked = (withRows.length > 0 ? withRows : tables.slice(0, 1)).map((table) =>
    makeTable(
      Object.fromEntries(columns.flatMap((name) => (table.columns[name] ? [[name, table.columns[name]]] : []))),
    ),
  );
  return concatTables(picked);
}

/** The rows on either side that have no equal on the other. */
function cancelled(codes: Int32Array, border: number): { readonly before: number[]; readonly after: number[] } {
  const open = new Map<number, number>();
  for (let row = border; row < codes.length; row++)
    open.set(codes[row] as number, (open.get(codes[row] as number) ?? 0) + 1);
  const used = new Map<number, number>();
  const before: number[] = [];
  for (let row = 0; row < border; row++) {
    const code = codes[row] as number;
    const taken = used.get(code) ?? 0;
    if (taken < (open.get(code) ?? 0)) used.set(code, taken + 1);
    else before.push(row);
  }
  const after: number[] = [];
  for (let row = border; row < codes.length; row++) {
    const code = codes[row] as number;
    const taken = used.get(code) ?? 0;
    if (taken > 0) used.set(code, taken - 1);
    else after.push(row);
  }
  return { before, after };
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
