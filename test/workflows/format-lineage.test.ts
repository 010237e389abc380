import { expect, test } from "vitest";
import type { LineageTree } from "../../src/contracts/lineage-store.ts";
import { formatLineage } from "../../src/workflows/format-lineage.ts";

const digest = `sha256:${"ab".repeat(32)}` as const;

test("a lineage tree is one node a line, with shortened digests and asserted edges marked", () => {
  const tree: LineageTree = {
    node: "model-version:delay@1",
    via: "",
    asserted: false,
    children: [
      {
        node: `run:${digest}`,
        via: "trained",
        asserted: true,
        children: [{ node: "source:a.csv", via: "read", asserted: false, children: [] }],
      },
      { node: "evaluation:x", via: "evaluated", asserted: false, children: [] },
    ],
  };
  expect(formatLineage(tree)).toBe(
    [
      "model-version delay@1",
      "├─ run abababababab… (trained, asserted)",
      "│  └─ source a.csv (read)",
      "└─ evaluation x (evaluated)",
    ].join("\n"),
  );
});

test("a long history is told as far as it can be read, and ends in a line that says so", () => {
  let tree: LineageTree = { node: "source:a.csv", via: "ingested", asserted: false, children: [] };
  for (let i = 0; i < 50_000; i++) tree = { node: `dataset:${i}`, via: "appended", asserted: false, children: [tree] };
  const lines = formatLineage({ ...tree, via: "" }).split("\n");
  expect(lines).toHaveLength(22);
  expect(lines[20]?.trim()).toBe("└─ dataset 49979 (appended)");
  expect(lines[21]?.trim()).toBe("└─ …");
  expect(formatLineage({ ...tree, via: "" }, { maxDepth: 1 }).split("\n")).toEqual([
    "dataset 49999",
    "└─ dataset 49998 (appended)",
    "   └─ …",
  ]);
  const shared: LineageTree = { ...tree, via: "" };
  expect(formatLineage(shared, { maxDepth: 100 }).split("\n")).toHaveLength(102);
});
