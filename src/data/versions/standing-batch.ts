import type { Digest } from "../../core/digest.ts";
import type { DatasetCommit } from "./commit.ts";
import type { CommitGraph } from "./commit-graph.ts";

/** The newest commit below `tip` that took a batch in and still counts: nothing after it replaced the rows or reverted it. */
export async function standingBatch(
  graph: CommitGraph,
  tip: DatasetCommit,
  batch: Digest,
): Promise<DatasetCommit | undefined> {
  const undone = new Set<Digest>();
  for await (const commit of graph.history([tip.id], olderThan)) {
    if (commit.batch === batch && !undone.has(commit.id)) return commit;
    if (commit.reverts !== null && !undone.has(commit.id)) undone.add(commit.reverts);
  }
  return undefined;
}

/** Rows before a replacement are no part of what came after it. */
function olderThan({ change, parents }: DatasetCommit): readonly Digest[] {
  return change === "replace" ? [] : parents;
}
