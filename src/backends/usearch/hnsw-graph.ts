import { lengthOf, type VectorMetric } from "../../table/nearest/nearness.ts";
import type { VectorRows } from "../vectors/vector-rows.ts";
import type { UsearchClass, UsearchIndex } from "./usearch-class.ts";

/** How a graph is built and searched. */
export interface GraphSettings {
  readonly Index: UsearchClass;
  /** Neighbours of a node. */
  readonly connectivity: number;
  /** How many candidates are kept while a node finds its neighbours. */
  readonly expansionAdd: number;
  /** How many candidates are kept while a search goes on. */
  readonly expansionSearch: number;
  /** Threads of usearch; 0 = as many as the machine has processors. */
  readonly threads: number;
}

const metricNames: Readonly<Record<VectorMetric, string>> = { cosine: "cos", dot: "ip", euclidean: "l2sq" };

/** A product is no distance: a graph by it leads astray more often, so that a search keeps so many times the candidates. */
const dotSearches = 4;
/** Candidates beyond k, since single precision may order close ones otherwise. */
const slack = 16;

/**
 * A graph of usearch over rows by one metric. Nothing is ever removed from it: a node whose row got another vector, or none, is passed over from
 * then on, until there are so many that the graph is built anew. (Removing frees a node that the next `add` relinks, with a lock held: threads
 * may then wait for each other.)
 */
export class HnswGraph {
  readonly #settings: GraphSettings;
  readonly #rows: VectorRows;
  readonly #metric: VectorMetric;
  readonly #index: UsearchIndex;
  /** −1 where a node is passed over. */
  readonly #rowOfNode: number[] = [];
  readonly #nodeOfRow = new Map<number, number>();

  constructor(settings: GraphSettings, rows: VectorRows, metric: VectorMetric) {
    this.#settings = settings;
    this.#rows = rows;
    this.#metric = metric;
    this.#index = Reflect.construct(settings.Index, [
      {
        dimensions: rows.dimension,
        metric: metricNames[metric],
        quantization: "f32",
        connectivity: settings.connectivity,
        expansion_add: settings.expansionAdd,
        expansion_search: settings.expansionSearch,
        multi: false,
      },
    ]);
  }

  /** How many nodes lead to a row. */
  get live(): number {
    return this.#nodeOfRow.size;
  }

  /** How many nodes are passed over. */
  get stale(): number {
    return this.#rowOfNode.length - this.live;
  }

  /** An empty graph of the same kind. */
  emptied(): HnswGraph {
    return new HnswGraph(this.#settings, this.#rows, this.#metric);
  }

  /** Passes over the node of a row from now on. */
  forget(row: number): void {
    const node = this.#nodeOfRow.get(row);
    if (node === undefined) return;
    this.#rowOfNode[node] = -1;
    this.#nodeOfRow.delete(row);
  }

  /** Adds the vectors that rows have now. */
  add(rows: readonly number[]): void {
    for (const row of rows) this.forget(row);
    const added = rows.filter(
      (row) => this.#rows.has(row) && (this.#metric !== "cosine" || this.#rows.length(row) > 0),
    );
    if (added.length === 0) return;
    const { dimension } = this.#rows;
    const matrix = new Float32Array(added.length * dimension);
    const first = this.#rowOfNode.length;
    added.forEach((row, i) => {
      this.#scale(this.#rows.block(row), this.#rows.offset(row), this.#rows.length(row), matrix, i * dimension);
      this.#rowOfNode.push(row);
      this.#nodeOfRow.set(row, first + i);
    });
    this.#index.add(
      BigUint64Array.from(added, (_, i) => BigInt(first + i)),
      matrix,
      this.#settings.threads,
    );
  }

  /** How many nodes to ask for, so that among those that lead to an admitted row, a share of all rows, are as many near ones as a search keeps. */
  effort(k: number, admitted: number): number {
    const kept = this.#settings.expansionSearch * (this.#metric === "dot" ? dotSearches : 1);
    return Math.ceil((Math.max(kept, k + slack) * (1 + this.stale / Math.max(1, this.live))) / admitted);
  }

  /** The rows of at most so many nodes about a vector, near ones rather than far ones. */
  candidates(vector: Float32Array | Float64Array, count: number): readonly number[] {
    const length = lengthOf(vector, 0, vector.length);
    const scaled = new Float32Array(vector.length);
    this.#scale(vector, 0, length, scaled, 0);
    const { keys } = this.#index.search([scaled], count, this.#settings.threads);
    return Array.from(keys, (node) => this.#rowOfNode[Number(node)] ?? -1).filter((row) => row >= 0);
  }

  /** By cosine all vectors are of length 1, so that no length overflows or vanishes in single precision. */
  #scale(from: Float32Array | Float64Array, at: number, length: number, to: Float32Array, toAt: number): void {
    const by = this.#metric === "cosine" ? length : 1;
    for (let i = 0; i < this.#rows.dimension; i++) to[toAt + i] = (from[at + i] ?? 0) / by;
  }
}
