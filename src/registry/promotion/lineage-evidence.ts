import type { LineageKind, LineageStore, LineageTree } from "../../contracts/lineage-store.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";

/** Whether the way from a version back to its sources is recorded. */
export interface LineageEvidence {
  readonly complete: boolean;
  /** What is not recorded, as in `a training-set of run:…`. */
  readonly missing: readonly string[];
}

/** Which kind each kind of node is made from. */
const madeFrom: ReadonlyMap<string, LineageKind> = new Map<LineageKind, LineageKind>([
  ["training-set", "dataset"],
  ["dataset", "source"],
]);

/**
 * Walks from a version's artifact over the version's own run, which must have recorded it, and that run's training set back to the sources; every dataset version on the way
 * needs a source, the versions it was appended to as well. Other runs that gave the same bytes do not count, for or against.
 */
export async function lineageEvidence(
  lineage: LineageStore,
  { artifactDigest, run, made, origin }: Pick<ModelVersion, "artifactDigest" | "run" | "made" | "origin">,
): Promise<LineageEvidence> {
  const missing = new Set<string>();
  const artifact = await lineage.upstream(`artifact:${artifactDigest}`);
  const node = `run:${run.id}`;
  const edges = artifact.children.filter((child) => child.node === node);
  // The edges are rows that nobody signs; that the run recorded it is in the version's signed record too. A run of another workspace is not seen from here.
  const recorded = made === "recorded" && origin === undefined && edges.some(({ asserted }) => !asserted);
  if (!recorded) missing.add(`a record by ${node} that it made ${artifact.node}`);
  const { training } = run;
  const [trained] = edges;
  const used = trained?.children.find((child) => child.node === `training-set:${training?.digest}`);
  if (used !== undefined) gaps(used, missing, new Set());
  else if (training === null || trained !== undefined) missing.add(`a training-set of ${node}`);
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
