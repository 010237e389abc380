import type { NearestVectors, VectorQuery } from "../../contracts/vector-store.ts";
import type { VectorMetric } from "../../table/nearest/nearness.ts";
import { nearestRows } from "../vectors/nearest-rows.ts";
import { VectorRows } from "../vectors/vector-rows.ts";
import { bytesOf, doubleAt, textBytes } from "./online-bytes.ts";
import type { RunStatement } from "./online-session.ts";
import { type VectorNames, type VectorTable, vectorText } from "./vector-tables.ts";

const operators: Readonly<Record<VectorMetric, string>> = { cosine: "<=>", dot: "<#>", euclidean: "<->" };
/** Candidates beyond k, since single precision may order close ones otherwise. */
const slack = 16;
/** The most candidates that a search of pgvector keeps. */
const mostKept = 1000;
/** A product is no distance: a graph by it leads astray more often, so that a search keeps so many times the candidates. */
const dotSearches = 4;
/** A filter is applied to what a graph has found: so many times k must be left of that, else all vectors are looked at. */
const leftByFilter = 4;

/**
 * The nearest to each query. Candidates come from pgvector, by a graph where there is one; where these are too few, by a scan of all. Scores and
 * order are computed here, as by every other vector store.
 */
export async function searchVectors(
  run: RunStatement,
  names: VectorNames,
  table: VectorTable,
  query: VectorQuery,
  expansionSearch: number,
): Promise<readonly NearestVectors[]> {
  const { k, metric, among } = query;
  const filtered = query.fromMs !== undefined || query.atMs !== undefined;
  const wanted = (filtered ? leftByFilter : 1) * k;
  const kept = Math.max(wanted + slack, filtered ? mostKept : expansionSearch * (metric === "dot" ? dotSearches : 1));
  const rows = Array.from({ length: query.vectors.length / table.dimension }, (_, row) => row);
  const found = new Map<number, VectorRows>();
  if (among === undefined && wanted + slack <= mostKept) {
    await run("select set_config('hnsw.ef_search', $1, true)", [String(Math.min(mostKept, kept))]);
    await addCandidates(run, statement(names, table, query, "graph"), table, query, rows, wanted + slack, found);
  }
  const short = rows.filter((row) => (found.get(row)?.size ?? 0) < wanted);
  if (short.length > 0)
    await addCandidates(run, statement(names, table, query, "scan"), table, query, short, k + slack, found);
  return rows.map((row) => nearestRows(found.get(row) ?? new VectorRows(table.dimension), query, row));
}

/** `$1` queries, `$2` how many, `$3` the keys, `$4` and `$5` the bounds of time. Adding 0 to the distance keeps it from being read from a graph. */
function statement({ extension }: VectorNames, table: VectorTable, query: VectorQuery, way: "graph" | "scan"): string {
  const distance = `t.vector operator(${extension}.${operators[query.metric]}) asked.vector::${extension}.vector`;
  return `
  select asked.at::int as at, near.key, near.packed
  from unnest($1::text[]) with ordinality as asked (vector, at) cross join lateral (
    select t.key, float8send(t.event_ms) || float8send(t.known_ms) || ${extension}.vector_send(t.vector) as packed
    from ${table.name} t
    where t.vector is not null and ($3::bytea[] is null or t.key = any($3::bytea[]))
      and ($4::float8 is null or t.event_ms >= $4::float8)
      and ($5::float8 is null or (t.event_ms <= $5::float8 and t.known_ms <= $5::float8))
    order by ${way === "graph" ? distance : `(${distance}) + 0`}
    limit $2::int) as near`;
}

async function addCandidates(
  run: RunStatement,
  text: string,
  table: VectorTable,
  query: VectorQuery,
  rows: readonly number[],
  limit: number,
  found: Map<number, VectorRows>,
): Promise<void> {
  const { among, fromMs = null, atMs = null } = query;
  const answer = await run(text, [
    rows.map((row) => vectorText(query, row, table)),
    Math.min(limit, 2 ** 31 - 1),
    among?.map((key) => textBytes(key)) ?? null,
    fromMs,
    atMs,
  ]);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const row of answer.rows) {
    const at = rows[Number(Reflect.get(row, "at")) - 1] ?? 0;
    const candidates = found.get(at) ?? new VectorRows(table.dimension);
    found.set(at, candidates);
    const packed = bytesOf(row, "packed");
    const one = {
      keys: [decoder.decode(bytesOf(row, "key"))],
      vectors: vectorFrom(packed.subarray(16), table.dimension),
      eventTimeMs: Float64Array.of(doubleAt(packed, 0)),
      knownTimeMs: Float64Array.of(doubleAt(packed, 8)),
    };
    candidates.put(one, 0);
  }
}

/** A vector as `vector_send` gives it: its dimension, a spare 16 bits, then the numbers. */
function vectorFrom(bytes: Uint8Array, dimension: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: dimension }, (_, i) => view.getFloat32(4 + 4 * i));
}
