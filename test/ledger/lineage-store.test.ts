import { join } from "node:path";
import { expect, test } from "vitest";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { LineageEdge, LineageNode, LineageTree } from "../../src/contracts/lineage-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

async function lineageOf(
  edges: readonly LineageEdge[],
): Promise<{ lineage: SqlLineageStore; metadata: MetadataStore }> {
  const metadata = sqliteMetadata({ path: join(temporaryFolder(), "metadata.db") });
  await metadata.migrate([ledgerMigrations]);
  const lineage = new SqlLineageStore({ metadata, clock: manualClock(0) });
  await metadata.write((tx) => lineage.record(tx, edges));
  return { lineage, metadata };
}

const edge = (from: LineageNode, to: LineageNode, kind: string, asserted = false): LineageEdge => ({
  from,
  to,
  kind,
  asserted,
});

/** A tree as text, one node a line. */
function drawn(tree: LineageTree, indent = ""): string {
  const line = `${indent}${tree.via} ${tree.node}${tree.asserted ? " (asserted)" : ""}`.trimEnd();
  return [line, ...tree.children.map((child) => drawn(child, `${indent}  `))].join("\n");
}

test("a model's lineage leads back to its sources, and a source's forward to what was made of it", async () => {
  const { lineage, metadata } = await lineageOf([
    edge("source:flights.parquet", "dataset:d1", "ingested"),
    edge("dataset:d1", "training-set:t1", "joined"),
    edge("features:f1", "training-set:t1", "joined", true),
    edge("training-set:t1", "run:r1", "trained"),
    edge("run:r1", "model-version:delay@1", "registered"),
    edge("dataset:d1", "evaluation:e1", "evaluated"),
    edge("evaluation:e1", "model-version:delay@1", "supported"),
  ]);
  expect(drawn(await lineage.upstream("model-version:delay@1"))).toBe(
    [
      " model-version:delay@1",
      "  supported evaluation:e1",
      "    evaluated dataset:d1",
      "      ingested source:flights.parquet",
      "  registered run:r1",
      "    trained training-set:t1",
      "      joined dataset:d1",
      "        ingested source:flights.parquet",
      "      joined features:f1 (asserted)",
    ].join("\n"),
  );
  expect(drawn(await lineage.downstream("training-set:t1"))).toBe(
    [" training-set:t1", "  trained run:r1", "    registered model-version:delay@1"].join("\n"),
  );
  expect(await lineage.upstream("run:unknown")).toEqual({
    node: "run:unknown",
    via: "",
    asserted: false,
    children: [],
  });
  await metadata.close();
});

test("recording an edge again changes nothing; a rolled back one was never there", async () => {
  const edges = [edge("source:a", "dataset:b", "ingested")];
  const { lineage, metadata } = await lineageOf([...edges, ...edges]);
  await metadata.write((tx) => lineage.record(tx, [edge("source:a", "dataset:b", "ingested", true)]));
  const undone = metadata.write(async (tx) => {
    await lineage.record(tx, [edge("source:z", "dataset:b", "ingested")]);
    throw new RangeError("undone");
  });
  await expect(undone).rejects.toThrow(RangeError);
  expect(drawn(await lineage.upstream("dataset:b"))).toBe(" dataset:b\n  ingested source:a");
  await metadata.write((tx) => lineage.record(tx, []));
  await metadata.close();
});

test("a cycle ends, a long chain and many diamonds cost no more than the graph", async () => {
  const cycle = await lineageOf([edge("run:a", "run:b", "x"), edge("run:b", "run:a", "x")]);
  expect(drawn(await cycle.lineage.upstream("run:a"))).toBe(" run:a\n  x run:b\n    x run:a");
  await cycle.metadata.close();

  const deep = 3000;
  const chain = Array.from({ length: deep }, (_, i) => edge(`dataset:${i}`, `dataset:${i + 1}`, "appended"));
  const long = await lineageOf(chain);
  let depth = 0;
  for (let at = (await long.lineage.upstream(`dataset:${deep}`)).children[0]; at !== undefined; at = at.children[0])
    depth += 1;
  expect(depth).toBe(deep);
  await long.metadata.close();

  const diamonds = Array.from({ length: 60 }, (_, i) =>
    ["l", "r"].flatMap((side) => [
      edge(`dataset:${i}`, `dataset:${i}${side}`, "split"),
      edge(`dataset:${i}${side}`, `dataset:${i + 1}`, "joined"),
    ]),
  );
  const many = await lineageOf(diamonds.flat());
  const top = await many.lineage.upstream("dataset:60");
  expect(top.children).toHaveLength(2);
  expect(top.children[0]?.children[0]?.children).toBe(top.children[1]?.children[0]?.children);
  await many.metadata.close();
});

test("what is not a node is refused", async () => {
  const { lineage, metadata } = await lineageOf([]);
  for (const node of ["dataset:", ":x", "cat:tom", "dataset"] as LineageNode[]) {
    await expect(lineage.upstream(node)).rejects.toMatchObject({ code: "argument/invalid" });
    await expect(metadata.write((tx) => lineage.record(tx, [edge(node, "run:a", "x")]))).rejects.toMatchObject({
      code: "argument/invalid",
    });
  }
  await metadata.close();
});
