import { Field, FixedSizeList, Float32, Float64, List, Table as ArrowTable, Utf8 } from "apache-arrow";
// biome-ignore lint/style/noRestrictedImports: vectors as a host makes them, by Arrow's own builders
import { vectorFromArray } from "apache-arrow";
import { expect, test } from "vitest";
import { z } from "zod";
import { jsonLinesSource } from "../../src/data/index.ts";
import { dataset } from "../../src/data/dataset.ts";
import { entity, featureService, featureView, t } from "../../src/features/index.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Vectors and lists as a zod schema declares them: ingested, pushed, looked up, in training and online.

const start = Date.UTC(2024, 0, 1);
const portraits = dataset("portraits", {
  schema: z.object({
    id: z.int(),
    time: z.date(),
    card: z.string(),
    face: z.array(z.number().min(-1).max(1)).length(3).nullable(),
    steps: z.array(z.number()),
    tags: z.array(z.string()),
    pair: z.tuple([z.number(), z.number()]),
  }),
  eventTime: "time",
  id: "id",
});
const looks = featureView("looks", {
  source: portraits,
  entities: [entity("card", { card: t.utf8 })],
  latest: { face: "face", steps: "steps", pair: "pair" },
});
const service = featureService("looks", [looks]);
const spine = (at: number) => ({
  spine: tableFromRows([{ card: "A", at }], { card: t.utf8, at: t.instant }),
  at: "at",
});

test("a vector of a schema is ingested, pushed as rows and as Arrow, and served as it was learned from", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.apply([service]);
  const line = (id: number, face: unknown): string =>
    JSON.stringify({ id, time: start + id, card: "A", face, steps: [id], tags: ["x"], pair: [1, 2] });
  const lines = [line(0, [0.5, -1, 1]), line(1, [0.5, 0.5]), line(2, [2, 0, 0]), line(3, [0, "x", 0])].join("\n");
  const ingested = await ws.data.ingest(portraits, jsonLinesSource(lines), { onFailure: "quarantine" });
  expect(ingested).toMatchObject({ outcome: "committed", rows: { accepted: 1, quarantined: 3 } });
  await ws.features.materialize(service, { to: start + 1 });
  const read = async (at: number): Promise<unknown> =>
    (await ws.features.online(service, { card: "A" }, { atMs: at })).features;
  const served = (face: unknown, steps: unknown, pair: unknown, eventTimeMs: number): unknown => ({
    "looks.face": face === null ? { status: "null", eventTimeMs } : { status: "present", value: face, eventTimeMs },
    "looks.steps": { status: "present", value: steps, eventTimeMs },
    "looks.pair": { status: "present", value: pair, eventTimeMs },
  });
  expect(await read(start + 1)).toEqual(served([0.5, -1, 1], [0], "[1,2]", start));

  const row = {
    id: 10,
    time: start + 10,
    card: "A",
    face: Float32Array.of(1, 0, -0),
    steps: [],
    tags: [],
    pair: [3, 4],
  };
  await ws.features.push(portraits, [row], { to: "both" });
  expect(await read(start + 10)).toEqual(served([1, 0, -0], [], "[3,4]", start + 10));

  const items = (item: Float32 | Float64 | Utf8): Field => new Field("item", item, true);
  const arrow = new ArrowTable({
    id: vectorFromArray([20, 21], new Float64()),
    time: vectorFromArray([new Date(start + 20), new Date(start + 21)]),
    card: vectorFromArray(["A", "A"], new Utf8()),
    face: vectorFromArray([[0.25, 0, 1], null], new FixedSizeList(3, items(new Float32()))),
    steps: vectorFromArray([[1, 2], [3]], new List(items(new Float64()))),
    tags: vectorFromArray([["a"], []], new List(items(new Utf8()))),
    pair: vectorFromArray(
      [
        [5, 6],
        [7, 8],
      ],
      new FixedSizeList(2, items(new Float64())),
    ),
  });
  await ws.features.push(portraits, arrow, { to: "both" });
  expect(await read(start + 20)).toEqual(served([0.25, 0, 1], [1, 2], "[5,6]", start + 20));
  expect(await read(start + 21)).toEqual(served(null, [3], "[7,8]", start + 21));

  expect(await ws.features.flush()).toMatchObject([{ outcome: "committed", rows: 3, quarantined: 0 }]);
  const learned = async (at: number): Promise<unknown> =>
    tableToRows((await ws.features.training(service, spine(at))).table);
  expect(await learned(start + 10)).toMatchObject([
    { "looks.face": [1, 0, -0], "looks.steps": [], "looks.pair": "[3,4]" },
  ]);
  expect(await learned(start + 20)).toMatchObject([{ "looks.face": [0.25, 0, 1], "looks.steps": [1, 2] }]);
  expect(await learned(start + 21)).toMatchObject([{ "looks.face": null, "looks.pair": "[7,8]" }]);
  const stored = await ws.data.read("portraits");
  expect(tableToRows(stored).map(({ tags }) => tags)).toEqual([["x"], [], ["a"], []]);
});

test("a vector of another length, and vectors too long for a feature, are refused by name", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.apply([service]);
  const row = { id: 1, time: start, card: "A", face: [1, 2], steps: [], tags: [], pair: [1, 2] };
  await expect(ws.features.push(portraits, [row])).rejects.toMatchObject({
    code: "table/type-mismatch",
    found: '1,2 in column "face" of row 0',
    expected: 'a value of type f64[] of 3 items, null or nothing, for dataset "portraits"',
  });
  const long = dataset("long", {
    schema: z.object({ time: z.date(), card: z.string(), v: z.array(z.number()).length(65_537) }),
    eventTime: "time",
  });
  expect(() =>
    featureView("long", { source: long, entities: [entity("card", { card: t.utf8 })], latest: { v: "v" } }),
  ).toThrowError(/definition\/invalid.*vectors of 65537 numbers.*65536/);
});
