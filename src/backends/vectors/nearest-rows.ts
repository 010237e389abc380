import type { NearestVectors, VectorQuery } from "../../contracts/vector-store.ts";
import { NearestHeap } from "../../table/nearest/nearest-heap.ts";
import { nearnessTo, scoresOf } from "../../table/nearest/nearness.ts";
import type { VectorRows } from "./vector-rows.ts";

/** Of given rows, by default all, those that a query lets through and that are nearest to one of its vectors, exactly. */
export function nearestRows(
  rows: VectorRows,
  query: VectorQuery,
  at: number,
  candidates?: readonly number[],
): NearestVectors {
  const { dimension } = rows;
  const nearness = nearnessTo(query.vectors.subarray(at * dimension, (at + 1) * dimension), query.metric);
  const nearest = new NearestHeap(Math.min(query.k, rows.size), (row, other) => rows.key(row) < rows.key(other));
  const offer = (row: number): void => {
    if (rows.admits(row, query)) nearest.offer(row, nearness(rows.block(row), rows.offset(row), rows.length(row)));
  };
  if (candidates !== undefined) candidates.forEach(offer);
  else for (let row = 0; row < rows.end; row++) offer(row);
  const found = nearest.sorted();
  return {
    keys: Array.from(found.rows, (row) => rows.key(row)),
    scores: scoresOf(query.metric, found.scores),
    eventTimeMs: Float64Array.from(found.rows, (row) => rows.eventMs(row)),
  };
}
