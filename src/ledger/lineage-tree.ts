import type { LineageNode, LineageTree } from "../contracts/lineage-store.ts";

/** A step from a node to one it is connected with, seen in the direction of the walk. */
export interface LineageStep {
  readonly node: LineageNode;
  readonly via: string;
  readonly asserted: boolean;
}

/**
 * The tree of everything that `stepsOf` reaches from a node. A node reached twice has the same children (the same objects) both times, so the
 * memory is that of the graph; an edge that leads back to a node on the way (a cycle) ends there without children.
 */
export function lineageTree(root: LineageNode, stepsOf: (node: LineageNode) => readonly LineageStep[]): LineageTree {
  const finished = new Map<LineageNode, readonly LineageTree[]>();
  const open = new Set<LineageNode>([root]);
  const path: Array<{ readonly node: LineageNode; readonly steps: readonly LineageStep[]; next: number }> = [
    { node: root, steps: stepsOf(root), next: 0 },
  ];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const step = top.steps[top.next];
    if (step === undefined) {
      finished.set(
        top.node,
        top.steps.map((done) => ({ ...done, children: finished.get(done.node) ?? [] })),
      );
      open.delete(top.node);
      path.pop();
      continue;
    }
    top.next += 1;
    if (open.has(step.node) || finished.has(step.node)) continue;
    open.add(step.node);
    path.push({ node: step.node, steps: stepsOf(step.node), next: 0 });
  }
  return { node: root, via: "", asserted: false, children: finished.get(root) ?? [] };
}
