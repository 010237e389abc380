import { expect } from "vitest";
import { entity, featureService, featureView, t } from "../../../src/features/index.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import type { Workbench } from "../feature-workbench.ts";
import { plainDataset } from "../plain-dataset.ts";
import { answers, column } from "./answers.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { commitRatings, hour, jan, ratingService } from "./drivers.ts";

const pairs = plainDataset("pairs", { a: t.utf8, b: t.utf8, time: t.instant, v: t.float64 });
const pairView = featureView("pair", {
  source: pairs,
  entities: [entity("a", { a: t.utf8 }), entity("b", { b: t.utf8 })],
  latest: { v: "v" },
});
const v = "rating.v";
const year9999 = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What other feature stores leave open. */
export const edges: readonly ConformanceCase[] = [
  {
    number: 27,
    name: "composite keys are never confused; rows asked for twice are kept, in order",
    run: async (bench) => {
      const rows = [
        { a: "1", b: "12", time: jan(1), v: 100 },
        { a: "11", b: "2", time: jan(1), v: 200 },
        { a: "1,1", b: "2", time: jan(1), v: 300 },
      ];
      await bench.datasets.commit(pairs, [tableFromRows(rows, pairs.columns)]);
      const asked = [
        ["11", "2"],
        ["1", "12"],
        ["11", "2"],
        ["1", "1,2"],
        ["2", "11"],
      ].map(([a = "", b = ""]) => ({ a, b, at: jan(2) }));
      const found = await answers(bench, featureService("pairs", [pairView]), asked, jan(2));
      expect(column(found, "pair.v")).toEqual([200, 100, 200, undefined, undefined]);
    },
  },
  {
    number: 27,
    name: "ties of event and known time go to the row that history has last",
    run: async (bench) => {
      await commitRatings(bench, [
        [1n, jan(1), jan(1), 1],
        [1n, jan(1), jan(1), 2],
      ]);
      const questions = [{ driver: 1n, at: jan(2) }];
      expect(column(await answers(bench, ratingService(), questions, jan(2)), v)).toEqual([2]);
      await commitRatings(bench, [[1n, jan(1), jan(1), 3]]);
      expect(column(await answers(bench, ratingService(), questions, jan(3)), v)).toEqual([3]);
    },
  },
  {
    number: 27,
    name: "event = T and event = T − ttl are inside, a microsecond further is not, online as offline",
    run: async (bench) => {
      await commitRatings(bench, [[1n, jan(1), null, 7]]);
      const questions = [0, -0.001, hour, hour + 0.001].map((ms) => ({ driver: 1n, at: jan(1) + ms }));
      const found = await answers(bench, ratingService({ ttl: "1h" }), questions, jan(2));
      expect(column(found, v)).toEqual([7, undefined, 7, undefined]);
    },
  },
  {
    number: 27,
    name: "64-bit keys keep every digit; instants before 1970 and in the year 9999 are exact",
    run: async (bench) => {
      const large = 2n ** 53n + 1n;
      const before = Date.UTC(1900, 0, 1) + 0.25;
      await commitRatings(bench, [
        [large, before, null, 1],
        [large - 1n, before, null, 2],
        [-large, before, null, 3],
        [9n, year9999, null, 4],
      ]);
      const questions = [
        { driver: large, at: before },
        { driver: large - 1n, at: before },
        { driver: -large, at: Date.UTC(1960, 0, 1) },
        { driver: large, at: before - 0.25 },
        { driver: 9n, at: year9999 },
        { driver: 9n, at: year9999 - 1 },
      ];
      const found = await answers(bench, ratingService(), questions, year9999);
      expect(column(found, v)).toEqual([1, 2, 3, undefined, 4, undefined]);
    },
  },
  {
    number: 27,
    name: "a null key matches nothing, not even another null key",
    run: async (bench) => {
      await nullKeys(bench);
    },
  },
];

async function nullKeys({ datasets, store }: Workbench): Promise<void> {
  const maybe = { tag: "utf8", nullable: true } as const;
  const named = plainDataset("named", { name: maybe, time: t.instant, v: t.float64 });
  const view = featureView("named", {
    source: named,
    entities: [entity("name", { name: t.utf8 })],
    latest: { v: "v" },
  });
  const service = featureService("named", [view]);
  const rows = [
    { name: null, time: jan(1), v: 1 },
    { name: "A", time: jan(1), v: 2 },
  ];
  await datasets.commit(named, [tableFromRows(rows, named.columns)]);
  const spine = tableFromRows(
    [null, "A", null].map((name) => ({ name, at: jan(2) })),
    { name: maybe, at: t.instant },
  );
  const { table } = await store.training(service, { spine, at: "at" });
  expect(tableToRows(table).map((row) => row["named.v"])).toEqual([undefined, 2, undefined]);
  // Online such a row is no event, and such a request is refused.
  expect(await store.materialize(service, { to: jan(2) })).toMatchObject({ events: 1, skipped: 1 });
  await expect(store.vectors(service, [{ name: null }])).rejects.toMatchObject({ code: "features/invalid-input" });
}
