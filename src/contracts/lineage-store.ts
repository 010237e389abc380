import type { MetadataTransaction } from "./metadata-store.ts";

/** What a lineage node is. */
export type LineageKind =
  | "source"
  | "dataset"
  | "features"
  | "training-set"
  | "run"
  | "artifact"
  | "evaluation"
  | "model-version"
  | "certificate"
  | "rollout"
  | "alert";

/** A node of the lineage graph: `kind:id`, the id a digest where there is one. */
export type LineageNode = `${LineageKind}:${string}`;

/** One thing was made from another. */
export interface LineageEdge {
  readonly from: LineageNode;
  readonly to: LineageNode;
  /** What was done, as in `ingested`, `trained`, `evaluated`. */
  readonly kind: string;
  /** True where our code cannot digest what was done (a closure): said by the caller, not computed. */
  readonly asserted: boolean;
}

/** A node with what it was made from, as a tree. */
export interface LineageTree {
  readonly node: LineageNode;
  /** The edge's kind that led here; empty at the root. */
  readonly via: string;
  readonly asserted: boolean;
  readonly children: readonly LineageTree[];
}

/** The edges between everything the library has made. */
export interface LineageStore {
  /** Records edges in the caller's transaction; recording one again changes nothing. */
  record(tx: MetadataTransaction, edges: readonly LineageEdge[]): Promise<void>;
  /** Everything the node was made from. */
  upstream(node: LineageNode): Promise<LineageTree>;
  /** Everything made from the node. */
  downstream(node: LineageNode): Promise<LineageTree>;
}
