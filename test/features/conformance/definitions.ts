import { expect } from "vitest";
import {
  alias,
  entity,
  FeatureStore,
  featureService,
  featureView,
  nullable,
  onDemand,
  request,
  t,
} from "../../../src/features/index.ts";
import { feastHandler } from "../../../src/interop/feast/index.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { plainDataset } from "../plain-dataset.ts";
import { answers, column } from "./answers.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { commitRatings, driver, hour, jan, ratings } from "./drivers.ts";
import { askFeast } from "./feast-question.ts";
import { untouchable } from "./untouchable-stores.ts";

const at = jan(2);
const rates = featureView("rates", {
  source: plainDataset("rates", { id: t.int64, time: t.instant, conv: nullable(t.float64) }),
  entities: [entity("driver", { driver_id: t.int64 })],
  keyColumns: { driver_id: "id" },
  latest: { conv_rate: "conv" },
});
const readings = plainDataset("readings", { time: t.instant, location: t.utf8, degrees: t.float64 });
const weather = featureView("weather", {
  source: readings,
  entities: [entity("place", { location: t.utf8 })],
  latest: { temperature: "degrees" },
});
const trips = featureService("trips", [
  alias("origin", weather, { location: "origin_id" }),
  alias("destination", weather, { location: "destination_id" }),
]);
const rating = featureView("rating", { source: ratings, entities: [driver], latest: { v: "v" } });
const derived = onDemand("derived", {
  inputs: [rating, request({ val_to_add: t.float64 })],
  features: ({ rating: { v }, val_to_add }) => ({
    plus_100: v.add(100),
    plus_val: v.add(val_to_add),
    val: val_to_add,
  }),
});
const service = featureService("rated", [rating, derived]);

/** What definitions make of keys, names, request fields and outputs. */
export const definitions: readonly ConformanceCase[] = [
  {
    number: 9,
    name: "a key and features of other names in the source",
    run: async (bench) => {
      const rows = [
        { id: 1n, time: jan(1), conv: 20 },
        { id: 2n, time: jan(1), conv: 40 },
      ];
      if (rates.body.kind !== "windowed") throw new Error("a windowed view expected");
      await bench.datasets.commit(rates.body.source, [tableFromRows(rows, rates.body.source.columns)]);
      const questions = [1n, 2n, 3n].map((driver_id) => ({ driver_id, at }));
      const found = await answers(bench, featureService("mapped", [rates]), questions, at);
      expect(column(found, "rates.conv_rate")).toEqual([20, 40, undefined]);
    },
  },
  {
    number: 10,
    name: "one view twice, under aliases with keys of their own; one name for two features is refused",
    run: async (bench) => {
      const rows = [
        { time: jan(1), location: "Rome", degrees: 20 },
        { time: jan(1), location: "Oslo", degrees: 5 },
      ];
      await bench.datasets.commit(readings, [tableFromRows(rows, readings.columns)]);
      const keys = { origin_id: "Rome", destination_id: "Oslo" };
      const questions = [
        { ...keys, at },
        { origin_id: "Oslo", destination_id: "Nice", at },
      ];
      expect(await answers(bench, trips, questions, at)).toEqual([
        { "origin.temperature": 20, "destination.temperature": 5 },
        { "origin.temperature": 5, "destination.temperature": undefined },
      ]);
      const other = alias("origin", weather, { location: "destination_id" });
      expect(() => featureService("trips", [...trips.views, other])).toThrowError(
        'two views named "origin" (weather by origin_id, weather by destination_id) in feature service "trips"',
      );
      // Names without their view are of Feast's protocol alone.
      const handler = feastHandler({ features: bench.store, services: [trips] });
      const entities = { origin_id: ["Rome"], destination_id: ["Oslo"] };
      const asked = { feature_service: "trips", entities };
      expect(await askFeast(handler, { ...asked, full_feature_names: true })).toMatchObject({
        origin__temperature: [20],
        destination__temperature: [5],
      });
      expect((await askFeast(handler, asked))["detail"]).toContain("origin:temperature and destination:temperature");
    },
  },
  {
    number: 11,
    name: "a view without entities is joined on time alone, and is one row online",
    run: async (bench) => {
      const rows = [
        { time: jan(1), location: "Rome", degrees: 1 },
        { time: jan(1, 2), location: "Oslo", degrees: 2 },
      ];
      await bench.datasets.commit(readings, [tableFromRows(rows, readings.columns)]);
      const world = featureView("world", { source: readings, entities: [], latest: { degrees: "degrees" } });
      const questions = [jan(1, 3), jan(1, 1), jan(1) - 1].map((time) => ({ at: time }));
      const found = await answers(bench, featureService("world", [world]), questions, at);
      expect(column(found, "world.degrees")).toEqual([2, 1, undefined]);
      const { events } = await bench.options.online.readEvents(world.hash, [""], 0);
      expect(events.map(({ count }) => count)).toEqual([2]);
    },
  },
  {
    number: 12,
    name: "a request field that is missing is an error before anything is read",
    run: async ({ options }) => {
      const store = new FeatureStore({ ...options, ...untouchable });
      const without = { driver: 1n };
      const refused = { code: "features/invalid-input", found: 'nothing for "val_to_add" in row 0' };
      await expect(store.online(service, without as never)).rejects.toMatchObject(refused);
      await expect(store.vectors(service, [without])).rejects.toMatchObject(refused);
      const spine = tableFromRows([{ driver: 1n, at }], { driver: t.int64, at: t.instant });
      await expect(
        store.training(service, { spine, at: "at", sources: { ratings: rating.hash } }),
      ).rejects.toMatchObject({
        code: "features/invalid-input",
        expected: 'a column "val_to_add" of type f64, for feature service "rated"',
      });
    },
  },
  {
    number: 13,
    name: "a feature that is not in the view is an error, also where another view of that source has it",
    run: async (bench) => {
      await commitRatings(bench, [[1n, jan(1), null, 0.5]]);
      const other = featureView("other", { source: ratings, entities: [driver], latest: { w: "v" } });
      const wrong = (): unknown =>
        onDemand("wrong", {
          inputs: [rating, other],
          features: ({ rating: fields }) => ({ a: (fields as never as { w: typeof fields.v }).w }),
        });
      expect(wrong).toThrowError('the feature "w", which view "rating" lacks in on-demand view "wrong"');
      const handler = feastHandler({ features: bench.store, services: [featureService("both", [rating, other])] });
      const answer = await askFeast(handler, { features: ["rating:w"], entities: { driver: [1] } });
      expect(answer).toMatchObject({ status: 404, code: "features/unknown-feature" });
      expect(answer["detail"]).toContain('the feature "rating:w"');
    },
  },
  {
    number: 14,
    name: "one of three on-demand outputs is one output, and what it is made from is none",
    run: async (bench) => {
      await commitRatings(bench, [[1n, jan(1), null, 0.5]]);
      const alone = featureService("alone", [derived]);
      const [found] = await answers(bench, alone, [{ driver: 1n, val_to_add: 10, at }], at);
      expect(Object.keys(found ?? {})).toEqual(["derived.plus_100", "derived.plus_val", "derived.val"]);
      const handler = feastHandler({ features: bench.store, services: [service] });
      const entities = { driver: [1], val_to_add: [10] };
      expect(await askFeast(handler, { features: ["derived:plus_val"], entities })).toEqual({
        driver: [1],
        plus_val: [10.5],
      });
    },
  },
  {
    number: 15,
    name: "on-demand values are what they are defined as; null stays null",
    run: async (bench) => {
      await commitRatings(bench, [
        [1n, jan(1), null, 0.5],
        [2n, jan(1), null, null],
      ]);
      const questions = [1n, 2n, 3n].map((id) => ({ driver: id, val_to_add: 10, at }));
      const found = await answers(bench, service, questions, at);
      expect(column(found, "derived.plus_100")).toEqual([100.5, null, undefined]);
      expect(column(found, "derived.plus_val")).toEqual([10.5, null, undefined]);
      expect(column(found, "derived.val")).toEqual([10, 10, 10]);
    },
  },
  {
    number: 16,
    name: "a training set has the spine's columns and one a feature, named view.feature; its rows in their order",
    run: async (bench) => {
      await commitRatings(bench, [[1n, jan(1), null, 0.5]]);
      const rows = [2n, 1n, 1n, 2n].map((id, i) => ({ driver: id, at: at - i * hour, label: i, val_to_add: 1 }));
      const types = { label: t.float64, driver: t.int64, val_to_add: t.float64, at: t.instant };
      const { table } = await bench.store.training(service, { spine: tableFromRows(rows, types), at: "at" });
      const features = ["rating.v", "derived.plus_100", "derived.plus_val", "derived.val"];
      expect(Object.keys(table.columns)).toEqual([...Object.keys(types), ...features]);
      expect([...(table.columns["label"]?.values ?? [])]).toEqual([0, 1, 2, 3]);
      expect([...(table.columns["rating.v"]?.states ?? [])]).toEqual([2, 1, 1, 2]);
    },
  },
];
