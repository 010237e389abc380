import { expect, test } from "vitest";
import type { LineageNode, LineageStore, LineageTree } from "../../src/contracts/lineage-store.ts";
import type { RunRef } from "../../src/contracts/run.ts";
import { digestOf } from "../../src/core/digest.ts";
import { lineageEvidence } from "../../src/registry/promotion/lineage-evidence.ts";
import { service } from "./registry-fixture.ts";

const node = (name: LineageNode, ...children: readonly LineageTree[]): LineageTree => ({
  node: name,
  via: "",
  asserted: false,
  children,
});

const run: RunRef = {
  id: "r",
  experiment: "delay",
  codeDigest: "c",
  training: {
    digest: "sha256:t",
    rows: 1,
    service: { name: service.name, hash: service.hash, schemaHash: service.schemaHash },
    sources: [],
    spineDigest: digestOf("spine"),
  },
};

async function missing(...children: readonly LineageTree[]): Promise<readonly string[]> {
  const store: LineageStore = {
    record: async () => undefined,
    upstream: async (root) => node(root, ...children),
    downstream: async (root) => node(root),
  };
  const found = await lineageEvidence(store, { artifactDigest: digestOf("artifact"), run, made: "recorded" });
  expect(found.complete).toBe(found.missing.length === 0);
  return found.missing;
}

test("every step back to the sources must be recorded", async () => {
  const source = node("source:a.parquet");
  const whole = node("dataset:2", source, node("dataset:1", source));
  const trained = (dataset: LineageTree): LineageTree =>
    node("run:r", node("training-set:sha256:t", node("features:f"), dataset));
  expect(await missing(trained(whole))).toEqual([]);
  expect(await missing()).toEqual([`a record by run:r that it made artifact:${digestOf("artifact")}`]);
  expect(await missing(node("run:r"))).toEqual(["a training-set of run:r"]);
  expect(await missing(node("run:r", node("training-set:sha256:t", node("features:f"))))).toEqual([
    "a dataset of training-set:sha256:t",
  ]);
  expect(await missing(trained(node("dataset:2", source, node("dataset:1"))))).toEqual(["a source of dataset:1"]);
  expect(await missing(trained(node("dataset:2", node("dataset:1", source))))).toEqual(["a source of dataset:2"]);
});

test("a graph of many diamonds is walked once a node", async () => {
  let dataset = node("dataset:0", node("source:s"));
  for (let n = 1; n < 200; n++) dataset = node(`dataset:${n}`, node("source:s"), dataset, dataset);
  expect(await missing(node("run:r", node("training-set:sha256:t", dataset)))).toEqual([]);
});

test("only the version's own run counts: neither an older run without data nor another run's complete lineage", async () => {
  const whole = (digest: string): LineageTree =>
    node(`training-set:${digest}`, node("dataset:1", node("source:a.parquet")));
  expect(await missing(node("run:old"), node("run:r", whole("sha256:t")))).toEqual([]);
  expect(await missing(node("run:old", whole("sha256:t")))).toEqual([
    `a record by run:r that it made artifact:${digestOf("artifact")}`,
  ]);
  expect(await missing(node("run:old", whole("sha256:t")), node("run:r"))).toEqual(["a training-set of run:r"]);
  expect(await missing(node("run:r", whole("sha256:other")))).toEqual(["a training-set of run:r"]);
});
