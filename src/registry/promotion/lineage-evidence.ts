import type { LineageKind, LineageStore, LineageTree } from "../../contracts/lineage-store.ts";
import type { Digest } from "../../core/digest.ts";

/** Whether the way from an artifact back to its sources is recorded. */
export interface LineageEvidence {
  readonly complete: boolean;
  /** What is not recorded, as in `a training-set of run:…`. */
  readonly missing: readonly string[];
}

/** Which kind each kind of node is made from. */
const madeFrom: ReadonlyMap<string, LineageKind> = new Map<LineageKind, LineageKind>([
  ["artifact", "run"],
  ["run", "training-set"],
  ["training-set", "dataset"],
  ["dataset", "source"],
]);

/** Walks from an artifact back to its sources; every dataset version on the way needs a source, the versions it was appended to as well. */
export async function lineageEvidence(lineage: LineageStore, artifactDigest: Digest): Promise<LineageEvidence> {
  const missing = new Set<string>();
  gaps(await lineage.upstream(`artifact:${artifactDigest}`), missing, new Set());
  return { complete: missing.size === 0, missing: [...missing].sort() };
}

function gaps(tree: LineageTree, missing: Set<string>, seen: Set<string>): void {
  const needed = madeFrom.get(kindOf(tree));
  if (needed === undefined || seen.has(tree.node)) return;
  seen.add(tree.node);
  const reached = tree.children.filter((child) => kindOf(child) === needed);
  if (reached.length === 0) missing.add(`a ${needed} of ${tree.node}`);
  const parents = needed === "source" ? tree.children.filter((child) => kindOf(child) === "dataset") : [];
  for (const child of [...reached, ...parents]) gaps(child, missing, seen);
}

function kindOf(tree: LineageTree): string {
  return tree.node.slice(0, tree.node.indexOf(":"));
}
