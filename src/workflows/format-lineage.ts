import type { LineageTree } from "../contracts/lineage-store.ts";
import { requireArgument, requireMade } from "../core/known-arguments.ts";
import { requireOptions } from "../core/known-options.ts";

/** How {@link formatLineage} writes. */
export interface FormatLineageOptions {
  /** How many steps from the root are shown; a line `…` stands for what lies beyond. At least 0. @default 20 */
  readonly maxDepth?: number;
}

const treeMade = {
  what: "a lineage tree",
  by: "ws.upstream(node) gives it",
  members: { node: "text", children: "list" },
} as const;

/**
 * A lineage tree as text, one node a line, what it was made from below it. Digests are shortened; asserted edges say
 * so; what a node was made from is shown at its first place only. A dataset that was appended to every hour has a deep tree: it is cut off.
 *
 * @example
 * ```ts
 * import { formatLineage } from "sluice/workflows";
 * const text = formatLineage({ node: "run:1", via: "", asserted: false, children: [] });
 * if (text !== "run 1") throw new Error("one line expected");
 * ```
 */
export function formatLineage(tree: LineageTree, options: FormatLineageOptions = {}): string {
  requireOptions("formatLineage()", options, { maxDepth: "optional" });
  requireMade("formatLineage()", tree, treeMade);
  const { maxDepth = 20 } = options;
  requireArgument("formatLineage()", "maxDepth", maxDepth, "number");
  const lines: string[] = [];
  write(tree, { lead: "", indent: "", left: maxDepth }, lines, new Set());
  return lines.join("\n");
}

interface Place {
  readonly lead: string;
  readonly indent: string;
  /** How many steps may still be shown below. */
  readonly left: number;
}

function write(tree: LineageTree, { lead, indent, left }: Place, lines: string[], shown: Set<string>): void {
  const via = tree.via === "" ? "" : ` (${tree.via}${tree.asserted ? ", asserted" : ""})`;
  const known = tree.children.length > 0 && shown.has(tree.node);
  lines.push(`${lead}${describe(tree.node)}${via}${known ? " (as above)" : ""}`);
  if (known) return;
  if (left <= 0 && tree.children.length > 0) {
    lines.push(`${indent}└─ …`);
    return;
  }
  shown.add(tree.node);
  for (const [index, child] of tree.children.entries()) {
    const last = index === tree.children.length - 1;
    const below = {
      lead: `${indent}${last ? "└─ " : "├─ "}`,
      indent: `${indent}${last ? "   " : "│  "}`,
      left: left - 1,
    };
    write(child, below, lines, shown);
  }
}

function describe(node: string): string {
  const colon = node.indexOf(":");
  const id = node.slice(colon + 1).replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
  return `${node.slice(0, colon)} ${id}`;
}
