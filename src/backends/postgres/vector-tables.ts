import type { VectorBatch, VectorSpace } from "../../contracts/vector-store.ts";
import type { VectorMetric } from "../../table/nearest/nearness.ts";
import { textBytes } from "./online-bytes.ts";
import type { RunStatement } from "./online-session.ts";

/** The table of one space. */
export interface VectorTable {
  readonly name: string;
  readonly dimension: number;
}

/** Names as statements need them. */
export interface VectorNames {
  /** `"schema".`, or nothing for the search path. */
  readonly at: string;
  /** The schema of pgvector, quoted. */
  readonly extension: string;
}

/** How the graphs of pgvector are built and searched. */
export interface VectorGraphs {
  readonly metrics: readonly VectorMetric[];
  readonly connectivity: number;
  readonly expansionAdd: number;
  readonly expansionSearch: number;
}

/** pgvector makes no index of type vector beyond it: such spaces are searched exactly. */
const mostIndexed = 2000;
const classes: Readonly<Record<VectorMetric, string>> = {
  cosine: "vector_cosine_ops",
  dot: "vector_ip_ops",
  euclidean: "vector_l2_ops",
};
/** Rows in one statement: the graphs of so many are some tenths of a second of work. */
const atOnce = 200;
/** The most rows over which the graphs of a new table are made at once: some seconds of work. */
const graphsOver = 8000;

/** The table of a space, if something was ever put into it. */
export async function findTable(
  run: RunStatement,
  { at }: VectorNames,
  { view, feature }: VectorSpace,
): Promise<VectorTable | undefined> {
  const text = `select id, dimension from ${at}vector_space where view = $1 and feature = $2`;
  const { rows } = await run(text, [textBytes(view), textBytes(feature)]);
  const [row] = rows;
  if (row === undefined) return undefined;
  return { name: `${at}vectors_${Number(Reflect.get(row, "id"))}`, dimension: Number(Reflect.get(row, "dimension")) };
}

/** Makes the table of a space; whether it was made here, and not just now by another session. */
export async function makeTable(run: RunStatement, names: VectorNames, space: VectorSpace): Promise<boolean> {
  const { view, feature, dimension } = space;
  const { at, extension } = names;
  const { rows } = await run(
    `insert into ${at}vector_space (view, feature, dimension) values ($1, $2, $3) on conflict do nothing returning id`,
    [textBytes(view), textBytes(feature), dimension],
  );
  if (rows[0] === undefined) return false;
  await run(`create table ${at}vectors_${Number(Reflect.get(rows[0], "id"))} (
    key bytea primary key, event_ms double precision not null, known_ms double precision not null,
    ordinal double precision not null, vector ${extension}.vector(${dimension}))`);
  return true;
}

/**
 * Writes the newest row of each key where it is newer than what is there, in the order of keys, so that two writers never wait for each other. The graphs
 * of a new table are made over its first rows at once, several times as fast as row by row.
 */
export async function upsertVectors(
  run: RunStatement,
  names: VectorNames,
  table: VectorTable,
  batch: VectorBatch,
  newGraphs: VectorGraphs | undefined,
): Promise<void> {
  const rows = newestRows(batch);
  for (let from = 0; from < rows.length; from += atOnce) {
    if (from === graphsOver && newGraphs !== undefined) await makeGraphs(run, names, table, newGraphs);
    await upsertRows(run, names, table, batch, rows.slice(from, from + atOnce));
  }
  if (rows.length <= graphsOver && newGraphs !== undefined) await makeGraphs(run, names, table, newGraphs);
}

async function makeGraphs(
  run: RunStatement,
  { extension }: VectorNames,
  { name, dimension }: VectorTable,
  { metrics, connectivity, expansionAdd }: VectorGraphs,
): Promise<void> {
  if (dimension > mostIndexed) return;
  for (const metric of metrics)
    await run(`create index on ${name} using hnsw (vector ${extension}.${classes[metric]})
      with (m = ${connectivity}, ef_construction = ${expansionAdd})`);
}

async function upsertRows(
  run: RunStatement,
  { extension }: VectorNames,
  table: VectorTable,
  batch: VectorBatch,
  rows: readonly number[],
): Promise<void> {
  const has = (row: number): boolean => batch.present === undefined || batch.present[row] === 1;
  const text = `
  insert into ${table.name} as held (key, event_ms, known_ms, ordinal, vector)
  select key, event_ms, known_ms, ordinal, vector::${extension}.vector
  from unnest($1::bytea[], $2::float8[], $3::float8[], $4::float8[], $5::text[]) as put (key, event_ms, known_ms, ordinal, vector)
  on conflict (key) do update
  set event_ms = excluded.event_ms, known_ms = excluded.known_ms, ordinal = excluded.ordinal, vector = excluded.vector
  where (excluded.event_ms, excluded.known_ms, excluded.ordinal) > (held.event_ms, held.known_ms, held.ordinal)`;
  await run(text, [
    rows.map((row) => textBytes(batch.keys[row] ?? "")),
    rows.map((row) => batch.eventTimeMs[row]),
    rows.map((row) => batch.knownTimeMs[row]),
    rows.map((row) => batch.ordinals?.[row] ?? 0),
    rows.map((row) => (has(row) ? vectorText(batch, row, table) : null)),
  ]);
}

/** Drops the tables of a view's spaces. */
export async function dropTables(run: RunStatement, { at }: VectorNames, view: string): Promise<void> {
  const { rows } = await run(`delete from ${at}vector_space where view = $1 returning id`, [textBytes(view)]);
  for (const row of rows) await run(`drop table if exists ${at}vectors_${Number(Reflect.get(row, "id"))}`);
}

/** Numbers as pgvector reads them; it rounds to single precision, as we did. */
export function vectorText({ vectors }: Pick<VectorBatch, "vectors">, row: number, { dimension }: VectorTable): string {
  return `[${Float32Array.from(vectors.subarray(row * dimension, (row + 1) * dimension)).join(",")}]`;
}

function newestRows(batch: VectorBatch): readonly number[] {
  const newest = new Map<string, number>();
  batch.keys.forEach((key, row) => {
    const old = newest.get(key);
    if (old === undefined || isLater(batch, row, old)) newest.set(key, row);
  });
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function isLater({ eventTimeMs, knownTimeMs, ordinals }: VectorBatch, row: number, old: number): boolean {
  for (const times of [eventTimeMs, knownTimeMs, ordinals]) {
    const [own = 0, held = 0] = [times?.[row], times?.[old]];
    if (own !== held) return own > held;
  }
  return false;
}
