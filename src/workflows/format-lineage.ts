import type { LineageTree } from "../contracts/lineage-store.ts";

/**
 * A lineage tree as text, one node a line, what it was made from below it. Digests are shortened; asserted edges say
 * so; what a node was made from is shown at its first place only.
 *
 * @example
 * ```ts
 * import { formatLineage } from "sluice/workflows";
 * const text = formatLineage({ node: "run:1", via: "", asserted: false, children: [] });
 * if (text !== "run 1") throw new Error("one line expected");
 * ```
 */
export function formatLineage(tree: LineageTree): string {
  const lines: string[] = [];
  write(tree, "", "", lines, new Set());
  return lines.join("\n");
}

function write(tree: LineageTree, lead: string, indent: string, lines: string[], shown: Set<string>): void {
  const via = tree.via === "" ? "" : ` (${tree.via}${tree.asserted ? ", asserted" : ""})`;
  const known = tree.children.length > 0 && shown.has(tree.node);
  lines.push(`${lead}${describe(tree.node)}${via}${known ? " (as above)" : ""}`);
  if (known) return;
  shown.add(tree.node);
  for (const [index, child] of tree.children.entries()) {
    const last = index === tree.children.length - 1;
    write(child, `${indent}${last ? "└─ " : "├─ "}`, `${indent}${last ? "   " : "│  "}`, lines, shown);
  }
}

function describe(node: string): string {
  const colon = node.indexOf(":");
  const id = node.slice(colon + 1).replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
  return `${node.slice(0, colon)} ${id}`;
}
