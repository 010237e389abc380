import type { LineageTree } from "../contracts/lineage-store.ts";

/**
 * A lineage tree as text, one node a line, what it was made from below it. Digests are shortened; asserted edges say so.
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
  write(tree, "", "", lines);
  return lines.join("\n");
}

function write(tree: LineageTree, lead: string, indent: string, lines: string[]): void {
  const via = tree.via === "" ? "" : ` (${tree.via}${tree.asserted ? ", asserted" : ""})`;
  lines.push(`${lead}${describe(tree.node)}${via}`);
  for (const [index, child] of tree.children.entries()) {
    const last = index === tree.children.length - 1;
    write(child, `${indent}${last ? "└─ " : "├─ "}`, `${indent}${last ? "   " : "│  "}`, lines);
  }
}

function describe(node: string): string {
  const colon = node.indexOf(":");
  const id = node.slice(colon + 1).replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
  return `${node.slice(0, colon)} ${id}`;
}
