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
