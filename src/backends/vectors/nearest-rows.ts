import type { NearestVectors, VectorQuery } from "../../contracts/vector-store.ts";
import { NearestHeap } from "../../table/nearest/nearest-heap.ts";
import { nearnessTo, scoresOf } from "../../table/nearest/nearness.ts";
import type { VectorRows } from "./vector-rows.ts";

/** Of given rows, by default all, those that a query lets through and that are nearest to one of its vectors, exactly. */
export function nearestRows(
  rows: VectorRows,
  query: VectorQuery,
  at: number,
  candidates: Iterable<number> = everyRow(rows),
): NearestVectors {
  const { dimension } = rows;
  const nearness = nearnessTo(query.vectors.subarray(at * dimension, (at + 1) * dimension), query.metric);
  const nearest = new NearestHeap(Math.min(query.k, rows.size), (row, other) => rows.key(row) < rows.key(other));
  for (const row of candidates) {
    if (rows.admits(row, query)) nearest.offer(row, nearness(rows.block(row), rows.offset(row), rows.length(row)));
  }
  const found = nearest.sorted();
  return {
    keys: Array.from(found.rows, (row) => rows.key(row)),
    scores: scoresOf(query.metric, found.scores),
    eventTimeMs: Float64Array.from(found.rows, (row) => rows.eventMs(row)),
  };
}

function* everyRow({ end }: VectorRows): Iterable<number> {
  for (let row = 0; row < end; row++) yield row;
}
