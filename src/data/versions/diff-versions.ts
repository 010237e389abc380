import type { CellValue } from "../../core/cell-type.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { cellAt, rowAt } from "../../table/cell-at.ts";
import { isListColumn, isPresent, missingCount } from "../../table/column.ts";
import { listKey } from "../../table/list-cells.ts";
import { takeRows } from "../../table/take-rows.ts";
import type { Table } from "../../table/table.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { filesSchemaDigest, pathColumn } from "../files/file-tree.ts";
import type { Manifest, ManifestPart } from "../parts/manifest.ts";
import { partsOnlyIn } from "./part-difference.ts";
import { type RowDifference, rowDifference } from "./row-difference.ts";

/**
 * How versions are compared.
 *
 * @example
 * ```ts
 * import { dataset, openWorkspace, rowsSource } from "sluice";
 * import { z } from "zod";
 * const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date(), late: z.number() }), eventTime: "at", id: "id" });
 * const row = (id: number, late = 0) => ({ id, at: new Date(1000 * id), late });
 * const ws = await openWorkspace(".sluice");
 * await ws.data.ingest(stops, rowsSource([row(1), row(2)]));
 * await ws.data.ingest(stops, rowsSource([row(2, 7), row(3)]), { mode: "replace" });
 * const { rows, examples } = await ws.data.diff("stops@main~1", "stops", { examples: 1 });
 * if (rows.added !== 1 || rows.removed !== 1 || rows.changed !== 1) throw new Error("3 came, 1 went, 2 is late");
 * if (examples.changed[0]?.columns.join() !== "late") throw new Error("only its delay is another");
 * await ws.close();
 * ```
 */
export interface DiffOptions {
  /** The column that says which rows are one and the same; `null` compares whole rows. @default the dataset's `id`, where it has one */
  readonly by?: string | null;
  /** Examples of each kind that are kept. @default 10 */
  readonly examples?: number;
  readonly signal?: AbortSignal;
}

/** A row as an object; instants are epoch milliseconds, absent cells are left out. */
export type ExampleRow = { readonly [column: string]: CellValue };

/** What became of a column. */
export interface SchemaChange {
  readonly column: string;
  /** As in `"f64"`, `"f64, nullable"`; `undefined` = it was not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What the rows that went and those that came hold in a column; both count a changed row. */
export interface MetricChange {
  readonly column: string;
  /** How many more cells hold no value than before. */
  readonly nulls: number;
  /** Means over the values that went and that came, of numbers other than NaN; `undefined` where there are none. */
  readonly meanRemoved: number | undefined;
  readonly meanAdded: number | undefined;
}

/** What differs between two versions. */
export interface VersionDiff {
  readonly before: Digest;
  readonly after: Digest;
  /** The column that rows were matched by; `undefined` = whole rows. */
  readonly by: string | undefined;
  readonly rows: {
    readonly before: number;
    readonly after: number;
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
  };
  /** The first rows of each kind. */
  readonly examples: {
    readonly added: readonly ExampleRow[];
    readonly removed: readonly ExampleRow[];
    readonly changed: readonly {
      readonly key: CellValue;
      readonly columns: readonly string[];
      readonly before: ExampleRow;
      readonly after: ExampleRow;
    }[];
  };
  readonly schema: readonly SchemaChange[];
  readonly metrics: readonly MetricChange[];
}

/**
 * Compares two versions. Parts that both have are skipped unread, so the cost grows with the change.
 *
 * Errors: `data/version-not-found`, `data/erased`, `data/missing-column` for an unknown `by`, `blob/corrupt`.
 */
export async function diffVersions(
  repository: DatasetRepository,
  before: Digest,
  after: Digest,
  options: DiffOptions = {},
): Promise<VersionDiff> {
  const [old, now] = [await repository.manifest(before), await repository.manifest(after)];
  const shared = sharedColumns(old, now);
  const by = keyOf(repository, now, shared, options.by);
  const read = (manifest: Manifest, parts: readonly ManifestPart[]): Promise<Table> =>
    repository.readParts(manifest, parts, { columns: shared, ...(options.signal && { signal: options.signal }) });
  // Rows of one schema are told apart by their parts; where columns came or went, no part is the same.
  const difference = rowDifference(
    await read(old, partsOnlyIn(old.parts, now.parts)),
    await read(now, partsOnlyIn(now.parts, old.parts)),
    shared,
    by,
  );
  const { added, removed, changed } = difference;
  return {
    before,
    after,
    by,
    rows: { before: old.rows, after: now.rows, added: added.length, removed: removed.length, changed: changed.length },
    examples: examplesOf(difference, shared, by, options.examples ?? 10),
    schema: schemaChanges(old, now),
    metrics: shared.flatMap((column) => metricChange(difference, column)),
  };
}

/** The columns that both have with the same type. */
function sharedColumns(old: Manifest, now: Manifest): string[] {
  return now.columns
    .filter(({ name, tag }) => old.columns.some((column) => column.name === name && column.tag === tag))
    .map(({ name }) => name);
}

/** The column that names a row. Errors: `data/missing-column`. */
export function keyOf(
  repository: DatasetRepository,
  { dataset, schemaDigest }: Manifest,
  shared: readonly string[],
  asked: string | null | undefined,
): string | undefined {
  const own = schemaDigest === filesSchemaDigest ? pathColumn : repository.definition(dataset)?.id;
  const by = asked === undefined ? own : (asked ?? undefined);
  if (by === undefined || shared.includes(by)) return by;
  throw new SluiceError("data/missing-column", {
    found: `columns ${shared.join(", ")}`,
    expected: `a column "${by}" of the same type on both sides`,
    fix: "Compare by another column, or by null for whole rows.",
  });
}

function examplesOf(
  { rows, added, removed, changed }: RowDifference,
  columns: readonly string[],
  by: string | undefined,
  most: number,
): VersionDiff["examples"] {
  const differs = (name: string, a: number, b: number): boolean => {
    const column = rows.columns[name];
    return column !== undefined && !sameCell(column, a, b);
  };
  return {
    added: added.slice(0, most).map((row) => rowAt(rows, row)),
    removed: removed.slice(0, most).map((row) => rowAt(rows, row)),
    changed: changed.slice(0, most).map(([a, b]) => ({
      key: rowAt(rows, b)[by ?? ""] ?? null,
      columns: columns.filter((name) => differs(name, a, b)),
      before: rowAt(rows, a),
      after: rowAt(rows, b),
    })),
  };
}

function sameCell(column: Table["columns"][string], a: number, b: number): boolean {
  if (isListColumn(column) && isPresent(column, a) && isPresent(column, b))
    return listKey(column, a) === listKey(column, b);
  return Object.is(cellAt(column, a), cellAt(column, b));
}

function schemaChanges(old: Manifest, now: Manifest): SchemaChange[] {
  const typeIn = ({ columns }: Manifest, name: string): string | undefined => {
    const column = columns.find((candidate) => candidate.name === name);
    return column && `${column.tag}${column.nullable ? ", nullable" : ""}`;
  };
  const names = new Set([...old.columns, ...now.columns].map(({ name }) => name));
  return [...names]
    .map((column) => ({ column, before: typeIn(old, column), after: typeIn(now, column) }))
    .filter(({ before, after }) => before !== after);
}

function metricChange({ rows, added, removed, changed }: RowDifference, column: string): MetricChange[] {
  const gone = takeRows(rows, [...removed, ...changed.map(([before]) => before)]).columns[column];
  const come = takeRows(rows, [...added, ...changed.map(([, after]) => after)]).columns[column];
  if (gone === undefined || come === undefined || gone.values.length + come.values.length === 0) return [];
  const nulls = missingCount(come) - missingCount(gone);
  return [{ column, nulls, meanRemoved: meanOf(gone), meanAdded: meanOf(come) }];
}

function meanOf(column: Table["columns"][string]): number | undefined {
  if (["utf8", "json", "bool", "instant", "f64[]", "utf8[]"].includes(column.tag)) return undefined;
  let sum = 0;
  let count = 0;
  for (let row = 0; row < column.values.length; row++) {
    const value = Number(column.values[row]);
    if (!isPresent(column, row) || Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 && Number.isFinite(sum / count) ? sum / count : undefined;
}
