import type { NearestVectors, VectorBatch, VectorQuery } from "../../contracts/vector-store.ts";
import { nextTurn } from "../../core/platform.ts";
import type { VectorMetric } from "../../table/nearest/nearness.ts";
import { nearestRows } from "../vectors/nearest-rows.ts";
import { VectorRows } from "../vectors/vector-rows.ts";
import { type GraphSettings, HnswGraph } from "./hnsw-graph.ts";

/** Rows between which the event loop goes on: some milliseconds. */
const rowsAtOnce = 32;
/** Below so many vectors looking at each is as fast. */
const exactBelow = 1000;
/** Rows by which is told how much a filter lets through. */
const sampled = 500;

/** The vectors of one space: the rows themselves, and a graph over them for each approximate metric. */
export class UsearchSpace {
  readonly rows: VectorRows;
  readonly #graphs: Map<VectorMetric, HnswGraph>;
  #writes: Promise<void> = Promise.resolve();

  constructor(dimension: number, settings: GraphSettings, metrics: readonly VectorMetric[]) {
    this.rows = new VectorRows(dimension);
    this.#graphs = new Map(metrics.map((metric) => [metric, new HnswGraph(settings, this.rows, metric)]));
  }

  /** Adds vectors, after what was called before. A row can be found when it is in, and all of them when the call returns. */
  async put(batch: VectorBatch, signal: AbortSignal | undefined): Promise<void> {
    await this.#inTurn(async () => {
      for (let from = 0; from < batch.keys.length; from += rowsAtOnce) {
        if (from > 0) await nextTurn();
        signal?.throwIfAborted();
        const changed = new Set<number>();
        for (let at = from; at < Math.min(from + rowsAtOnce, batch.keys.length); at++)
          changed.add(this.rows.put(batch, at));
        changed.delete(-1);
        for (const graph of this.#graphs.values()) graph.add([...changed]);
      }
      await this.#renew(signal);
    });
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#inTurn(async () => {
      for (const key of keys) {
        const row = this.rows.remove(key);
        for (const graph of this.#graphs.values()) graph.forget(row);
      }
      await this.#renew(undefined);
    });
  }

  /** The nearest to one of the query's vectors: scored exactly, among candidates of the graph, or among all where the graph has too few. */
  nearest(query: VectorQuery, at: number): NearestVectors {
    const { rows } = this;
    if (query.among !== undefined) return nearestRows(rows, query, at, rows.rowsOf(query.among));
    const graph = this.#graphs.get(query.metric);
    const count = graph?.effort(query.k, this.#admitted(query)) ?? Number.POSITIVE_INFINITY;
    if (graph === undefined || rows.size < exactBelow || !(count < rows.size / 4)) return nearestRows(rows, query, at);
    const vector = query.vectors.subarray(at * rows.dimension, (at + 1) * rows.dimension);
    const found = nearestRows(rows, query, at, graph.candidates(vector, count));
    return found.keys.length < query.k ? nearestRows(rows, query, at) : found;
  }

  /** About which share of the vectors a query lets through, by a sample of them. */
  #admitted(query: VectorQuery): number {
    if (query.fromMs === undefined && query.atMs === undefined) return 1;
    const step = Math.max(1, Math.floor(this.rows.end / sampled));
    let [present, admitted] = [0, 0];
    for (let row = 0; row < this.rows.end; row += step) {
      if (this.rows.has(row)) present++;
      if (this.rows.admits(row, query)) admitted++;
    }
    return admitted / Math.max(1, present);
  }

  /** Builds a graph anew, beside the one in use, when half of its nodes are passed over. */
  async #renew(signal: AbortSignal | undefined): Promise<void> {
    for (const [metric, graph] of this.#graphs) {
      if (graph.stale < exactBelow || graph.stale < graph.live) continue;
      const renewed = graph.emptied();
      for (let from = 0; from < this.rows.end; from += rowsAtOnce) {
        await nextTurn();
        signal?.throwIfAborted();
        renewed.add(Array.from({ length: Math.min(rowsAtOnce, this.rows.end - from) }, (_, i) => from + i));
      }
      this.#graphs.set(metric, renewed);
    }
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const before = this.#writes;
    const turn = before.then(work);
    this.#writes = turn.catch(() => undefined);
    await turn;
  }
}
