import { SluiceError } from "../../core/errors.ts";
import { cellAt } from "../../table/cell-at.ts";
import type { Table } from "../../table/table.ts";
import { rowCodes } from "./row-codes.ts";
import { joined } from "./row-difference.ts";

/** What decides where both sides changed the same row. */
export type MergeStrategy = "conflict" | "ours" | "theirs";

/** Rows by their place in one table: what either side took from the base and put in instead. */
export interface SidesOfMerge {
  readonly takenByUs: Table;
  readonly putByUs: Table;
  readonly takenByThem: Table;
  readonly putByThem: Table;
}

/** What must happen to our rows of one key. */
export interface KeyEdit {
  /** How many rows of each code go; `"all"`: every row of the key. */
  readonly take: Map<number, number> | "all";
  /** The rows of {@link MergePlan.rows} that come instead. */
  readonly put: readonly number[];
}

/** What must be done to our version so that it has their changes. */
export interface MergePlan {
  /** All rows that were looked at, one table below the other. */
  readonly rows: Table;
  readonly edits: ReadonlyMap<number, KeyEdit>;
}

interface Delta {
  readonly taken: number[];
  readonly put: number[];
}

/** The columns that rows are compared by, and how conflicts are decided. */
export interface MergeRules {
  readonly dataset: string;
  readonly columns: readonly string[];
  readonly key: string | undefined;
  readonly strategy: MergeStrategy;
}

/**
 * Plans a three-way merge of rows. A key that only they changed is changed; one that both changed to the same rows stays as we have it; one
 * that both changed differently is a conflict. Without a key a row is its own: what both put in counts once, and nothing conflicts.
 *
 * `ours` are the rows of our version that edits may have to find; their codes follow those of the sides. Errors: `data/merge-conflict`.
 */
export function planMerge(
  sides: SidesOfMerge,
  ours: Table,
  rules: MergeRules,
): MergePlan & { readonly keys: Int32Array; readonly same: Int32Array } {
  const tables = [sides.takenByUs, sides.putByUs, sides.takenByThem, sides.putByThem, ours];
  const rows = joined(tables, rules.columns);
  const same = rowCodes(rows, rules.columns).codes;
  const keys = rules.key === undefined ? same : rowCodes(rows, [rules.key]).codes;
  const at = tables.map((_, i) => tables.slice(0, i).reduce((sum, table) => sum + table.rowCount, 0));
  const span = (i: number): readonly [number, number] => [at[i] ?? 0, at[i + 1] ?? rows.rowCount];
  const us = deltas(same, keys, span(0), span(1));
  const them = deltas(same, keys, span(2), span(3));
  const edits = new Map<number, KeyEdit>();
  const conflicts: number[] = [];
  for (const [key, theirs] of them) {
    const own = us.get(key);
    const edit = rules.key === undefined ? remaining(same, own, theirs) : keyEdit(same, own, theirs, rules.strategy);
    if (edit === "conflict") conflicts.push(theirs.put[0] ?? theirs.taken[0] ?? 0);
    else if (edit !== undefined) edits.set(key, edit);
  }
  if (conflicts.length > 0) throw mergeConflict(rules, rows, conflicts);
  return { rows, edits, keys, same };
}

/** What a side did to each key; rows that it took and put alike are left out. */
function deltas(
  same: Int32Array,
  keys: Int32Array,
  taken: readonly [number, number],
  put: readonly [number, number],
): Map<number, Delta> {
  const open = new Map<number, number[]>();
  for (let row = taken[0]; row < taken[1]; row++) listIn(open, same[row] as number).push(row);
  const found = new Map<number, Delta>();
  for (let row = put[0]; row < put[1]; row++)
    if (open.get(same[row] as number)?.shift() === undefined) deltaIn(found, keys[row] as number).put.push(row);
  for (const rows of open.values()) for (const row of rows) deltaIn(found, keys[row] as number).taken.push(row);
  return found;
}

function keyEdit(
  same: Int32Array,
  own: Delta | undefined,
  theirs: Delta,
  strategy: MergeStrategy,
): KeyEdit | "conflict" | undefined {
  if (own === undefined) return { take: counts(same, theirs.taken), put: theirs.put };
  if (equal(same, own.taken, theirs.taken) && equal(same, own.put, theirs.put)) return undefined;
  if (strategy === "theirs") return { take: "all", put: theirs.put };
  return strategy === "ours" ? undefined : "conflict";
}

/** Without a key: what they did beyond what we did to equal rows. */
function remaining(same: Int32Array, own: Delta | undefined, theirs: Delta): KeyEdit | undefined {
  const put = theirs.put.slice(own?.put.length ?? 0);
  const taken = theirs.taken.slice(own?.taken.length ?? 0);
  return put.length + taken.length === 0 ? undefined : { take: counts(same, taken), put };
}

function counts(same: Int32Array, rows: readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const row of rows) found.set(same[row] as number, (found.get(same[row] as number) ?? 0) + 1);
  return found;
}

function equal(same: Int32Array, a: readonly number[], b: readonly number[]): boolean {
  const left = a.map((row) => same[row] as number).sort((x, y) => x - y);
  const right = b.map((row) => same[row] as number).sort((x, y) => x - y);
  return left.length === right.length && left.every((code, i) => code === right[i]);
}

function listIn(lists: Map<number, number[]>, key: number): number[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function deltaIn(found: Map<number, Delta>, key: number): Delta {
  const delta = found.get(key) ?? { taken: [], put: [] };
  found.set(key, delta);
  return delta;
}

const keysShown = 20;

function mergeConflict({ dataset, key }: MergeRules, rows: Table, conflicts: readonly number[]): SluiceError {
  const column = rows.columns[key ?? ""];
  const shown = conflicts.slice(0, keysShown).map((row) => String(column && cellAt(column, row)));
  const more = conflicts.length > keysShown ? `, … (${conflicts.length} in all)` : "";
  return new SluiceError("data/merge-conflict", {
    found: `rows of dataset "${dataset}" that both sides changed: ${key} ${shown.join(", ")}${more}`,
    expected: "rows that only one side changed, or that both changed alike",
    fix: 'Change them on one of the branches, or merge with the strategy "ours" or "theirs"; nothing was changed.',
  });
}
