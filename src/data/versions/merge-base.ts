import type { Digest } from "../../core/digest.ts";
import type { CommitGraph, PlacedCommit } from "./commit-graph.ts";

/**
 * The lowest common ancestor, `undefined` where there is none: a common ancestor that is no ancestor of another one. Where there are several (two branches that were merged
 * into each other, criss-cross) the youngest is taken: the one with the largest distance from the first commit, then the later, then the
 * smaller id. That is one answer for both directions; a change that only the other candidates have counts as made on both sides, which is a
 * conflict only where the two sides made different rows of it.
 */
export async function mergeBase(graph: CommitGraph, a: Digest, b: Digest): Promise<PlacedCommit | undefined> {
  const sides = new Map<Digest, number>([[a, 1]]);
  sides.set(b, (sides.get(b) ?? 0) | 2);
  // Parents come after their children, so when a commit's turn comes everything above it has marked it.
  for await (const commit of graph.history([...sides.keys()])) {
    const side = sides.get(commit.id) ?? 0;
    if (side === 3) return commit;
    for (const parent of commit.parents) sides.set(parent, (sides.get(parent) ?? 0) | side);
  }
  return undefined;
}
