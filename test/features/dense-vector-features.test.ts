import { expect, test } from "vitest";
import { z } from "zod";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { dataset } from "../../src/data/dataset.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { entity, featureService, featureView, t } from "../../src/features/index.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { evaluationRows } from "../../src/registry/evaluation/evaluation-rows.ts";
import { model } from "../../src/registry/model.ts";
import { labelledMatrix } from "../../src/table/labelled-matrix.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withVectorCells } from "../../src/table/with-vector-cells.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Vectors of a fixed size among the numbers that a model is given: the same cells, in the same order, in training and online.

const start = Date.UTC(2024, 0, 1);
const portraits = dataset("portraits", {
  schema: z.object({
    id: z.int(),
    time: z.date(),
    card: z.string(),
    age: z.number(),
    face: z.array(z.number()).length(3).nullable(),
    steps: z.array(z.number()),
    tags: z.array(z.string()),
  }),
  eventTime: "time",
  id: "id",
});
const entities = [entity("card", { card: t.utf8 })];
const looks = featureView("looks", { source: portraits, entities, latest: { face: "face", age: "age" } });
const service = featureService("looks", [looks]);
const portrait = (id: number, card: string, face: readonly number[] | null) => {
  return { id, time: new Date(start + id), card, age: 30 + id, face, steps: [id], tags: ["x"] };
};
const rows = [portrait(1, "A", [0.5, -0, 1]), portrait(2, "B", null)];
const names = ["looks.face[0]", "looks.face[1]", "looks.face[2]", "looks.age"];
const { present, missing } = featureStatus;

async function openPortraits() {
  const ws = await openWorkspace({ path: temporaryFolder(), featureLog: { rate: 1 } });
  await ws.features.apply([service]);
  await ws.data.ingest(portraits, rowsSource(rows));
  await ws.features.materialize(service, { to: start + 100 });
  return ws;
}

test("a vector is all of its numbers side by side, in what is served and in what is learned from", async () => {
  await using ws = await openPortraits();
  const inputs = [{ card: "A" }, { card: "B" }, { card: "C" }];
  const atMs = new Float64Array(3).fill(start + 10);
  const served = await ws.features.vectors(service, inputs, { atMs });
  expect(served.names).toEqual(names);
  const nothing = [Number.NaN, Number.NaN, Number.NaN];
  expect([...served.values]).toEqual([0.5, -0, 1, 31, ...nothing, 32, ...nothing, Number.NaN]);
  const none = featureStatus.null;
  expect([...served.statuses]).toEqual(
    [Array(4).fill(present), none, none, none, present, Array(4).fill(missing)].flat(),
  );
  expect(await ws.features.replay(service, { ...served, inputs })).toMatchObject({ cells: 12, different: 0 });

  const spine = tableFromRows(
    inputs.map((input) => ({ ...input, at: start + 10, label: 1 })),
    { card: t.utf8, at: t.instant, label: t.float64 },
  );
  const { table } = await ws.features.training(service, { spine, at: "at" });
  const matrix = labelledMatrix(table, names, "label");
  expect([matrix.rows, matrix.excluded, [...matrix.values]]).toEqual([1, 2, [0.5, -0, 1, 31]]);
  const reading = { label: "label", kind: "regression", classes: [] } as const;
  const held = evaluationRows(withVectorCells(table, names), names, reading);
  expect([...held.values]).toEqual([0.5, -0, 1, 31]);
  expect(() => labelledMatrix(table, ["looks.face"], "label")).toThrowError(/looks\.face\[0\]/);
  expect(() => labelledMatrix(table, ["looks.face[3]"], "label")).not.toThrowError();
  expect(labelledMatrix(table, ["looks.face[3]"], "label").rows, "no vector has a fourth number").toBe(0);
});

test("the log of what was served keeps the numbers beside a vector, and the skew of them is none", async () => {
  await using ws = await openPortraits();
  await ws.features.vectors(service, [{ card: "A" }, { card: "B" }]);
  const skew = await ws.features.skew(service);
  expect([skew.rows, skew.total.cells, skew.total.equal]).toEqual([2, 2, 2]);
  const logged = (await ws.features.served(service)).columns["looks.age"];
  expect([...(logged?.values ?? [])].map(Number).sort()).toEqual([31, 32]);
});

test("a model's input vector names every number of a vector, or some of them", () => {
  const options = {
    request: z.object({ card: z.string() }),
    output: z.object({ p: z.number() }),
    features: service,
    featureInput: ({ card }: { card: string }) => ({ card }),
  };
  expect(model("all", options).vector).toEqual(names);
  expect(model("named", { ...options, vector: ["looks.age", "looks.face"] }).vector).toEqual([
    "looks.age",
    ...names.slice(0, 3),
  ]);
  expect(model("some", { ...options, vector: ["looks.face[2]"] }).vector).toEqual(["looks.face[2]"]);
  expect(() => model("none", { ...options, vector: ["looks.face[3]"] })).toThrowError(/looks\.face\[3\].*"?none/);
  expect(() => model("twice", { ...options, vector: ["looks.face", "looks.face[1]"] })).toThrowError(/twice/);
});

test("lists of any length enter no vector, and lists of texts no look-up: both are named", async () => {
  await using ws = await openPortraits();
  const view = featureView("walks", { source: portraits, entities, latest: { steps: "steps" } });
  const walks = featureService("walks", [view]);
  await ws.features.materialize(walks, { to: start + 100 });
  await expect(ws.features.vectors(walks, [{ card: "A" }])).rejects.toMatchObject({
    code: "features/invalid-input",
    found: 'the list feature "walks.steps"',
  });
  const untyped = { tags: "tags" as "age" };
  expect(() => featureView("tagged", { source: portraits, entities, latest: untyped })).toThrowError(
    /definition\/invalid.*column "tags" of type utf8\[\].*feature view "tagged"/,
  );
});
