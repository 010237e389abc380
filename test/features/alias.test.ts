import { expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import {
  alias,
  count,
  entity,
  FeatureStore,
  featureService,
  featureView,
  formatCatalog,
  mean,
  onDemand,
  pure,
  request,
  t,
} from "../../src/features/index.ts";
import { inputToJson } from "../../src/ledger/segments/feature-input-json.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const start = Date.UTC(2024, 0, 1);
const hour = 3_600_000;
const readings = plainDataset(
  "readings",
  { id: t.float64, time: t.instant, location: t.utf8, degrees: t.float64 },
  { id: "id" },
);
const weather = featureView("weather", {
  source: readings,
  entities: [entity("place", { location: t.utf8 })],
  windows: { mean_6h: mean("degrees").over("6h") },
  latest: { temperature: "degrees" },
  ttl: "1d",
});
const origin = alias("origin", weather, { location: "origin_id" });
const destination = alias("destination", weather, { location: "destination_id" });
const gap = onDemand("gap", {
  inputs: [origin, destination, request({ km: t.float64 })],
  features: ({ origin: from, destination: to, km }) => ({ slope: from.temperature.sub(to.temperature).div(km) }),
});
const trips = featureService("trips", [origin, destination, gap]);
const rows = [
  { id: 1, time: start, location: "Rome", degrees: 20 },
  { id: 2, time: start + hour, location: "Oslo", degrees: 5 },
  { id: 3, time: start + 2 * hour, location: "Rome", degrees: 24 },
];
const table = tableFromRows(rows, readings.columns);
const at = start + 3 * hour;
const ask = { origin_id: "Rome", destination_id: "Oslo", km: 2 };

/** The message of the definition error that making something throws. */
function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (isSluiceError(error, "definition/invalid")) return error.found;
    throw error;
  }
  throw new Error("a refusal expected");
}

test("one view twice in a service, each by keys of its own: in training, online, in expressions and in replay", async () => {
  const appended: string[] = [];
  const online = memoryOnline();
  const noting: OnlineStore = {
    ...online,
    appendEvents: async (view, batch) => {
      appended.push(`${view} ${batch.ids.length}`);
      return await online.appendEvents(view, batch);
    },
  };
  await withWorkbench(
    async ({ datasets, store, options }) => {
      await datasets.commit(readings, [table]);
      expect(await store.materialize(trips, { to: at })).toEqual({ views: 1, events: 3, skipped: 0 });
      expect(appended).toEqual([`${weather.hash} 3`]);
      // A service on the view itself finds its events there.
      const own = featureService("places", [weather]);
      expect(await store.materialize(own, { to: at })).toMatchObject({ events: 0 });
      const { features } = await store.online(trips, ask, { atMs: at });
      expect(features).toMatchObject({
        "origin.temperature": { value: 24, eventTimeMs: start + 2 * hour },
        "origin.mean_6h": { value: 22 },
        "destination.temperature": { value: 5 },
        "gap.slope": { value: 9.5 },
      });
      const spine = tableFromRows(
        [
          { ...ask, at },
          { ...ask, at: start + hour },
          { origin_id: "Oslo", destination_id: "Nice", km: 1, at },
        ],
        { origin_id: t.utf8, destination_id: t.utf8, km: t.float64, at: t.instant },
      );
      const set = await store.training(trips, { spine, at: "at" });
      expect(Object.keys(set.table.columns)).toEqual([
        "origin_id",
        "destination_id",
        "km",
        "at",
        "origin.mean_6h",
        "origin.temperature",
        "destination.mean_6h",
        "destination.temperature",
        "gap.slope",
      ]);
      expect(tableToRows(set.table).map((row) => [row["origin.temperature"], row["gap.slope"]])).toEqual([
        [24, 9.5],
        [20, 7.5],
        [5, undefined],
      ]);
      const inputs = [ask, { ...ask, destination_id: "Nice" }];
      const served = await store.vectors(trips, inputs, { atMs: Float64Array.of(at, at) });
      expect(await store.replay(trips, { inputs, ...served })).toMatchObject({ different: 0, cells: 10 });
      // Pushed and backfilled through an alias: the view's events.
      const late = tableFromRows([{ id: 4, time: at, location: "Oslo", degrees: 7 }], readings.columns);
      expect(await store.push(destination, late)).toMatchObject({ views: 1, events: 1 });
      expect(await store.push(readings, late)).toMatchObject({ views: 1, events: 0 });
      expect(await store.backfill(origin, { from: start, to: at })).toMatchObject({ views: 1, events: 0 });
      const place = await store.online(own, { location: "Oslo" }, { atMs: at });
      expect(place.features).toMatchObject({ "weather.temperature": { value: 7 } });
      // What a service in use has through aliases alone is in use.
      const models = { versions: async () => [] };
      const collecting = new FeatureStore({ ...options, models });
      expect(await collecting.collect()).toMatchObject({ views: [], inUse: 4 });
    },
    { online: noting },
  );
});

test("skew is measured and explained for each alias by the keys that it is read by; so it is of a view without entities", async () => {
  const world = featureView("world", { source: readings, entities: [], latest: { degrees: "degrees" } });
  const service = featureService("skewed", [origin, destination, world]);
  await withWorkbench(async ({ datasets, store }) => {
    await datasets.commit(readings, [table]);
    await store.materialize(service, { to: at });
    const input = { origin_id: "Rome", destination_id: "Oslo" };
    const vectors = await store.vectors(service, [input], { atMs: Float64Array.of(at) });
    const late = { id: 4, time: start + 2.5 * hour, location: "Oslo", degrees: 7 };
    await datasets.commit(readings, [tableFromRows([late], readings.columns)]);
    const served = [
      { ...vectors, service, servedAtMs: vectors.atMs, inputs: [inputToJson(input)], predictionIds: [""] },
    ];
    const { byFeature } = await store.skew(service, { served: [served] });
    const differing = Object.entries(byFeature).filter(([, { cells, equal }]) => equal < cells);
    expect(differing.map(([feature, { causes }]) => [feature, causes.definition, causes.unexplained])).toEqual([
      ["destination.mean_6h", 0, 0],
      ["destination.temperature", 0, 0],
      ["world.degrees", 0, 0],
    ]);
  });
});

test("by what it is read belongs to the meaning of a service: a plan shows it, with nothing to be materialized", async () => {
  const swapped = featureService(
    "trips",
    [
      alias("origin", weather, { location: "destination_id" }),
      alias("destination", weather, { location: "origin_id" }),
      gap,
    ].slice(0, 2),
  );
  const first = featureService("trips", [origin, destination]);
  expect(swapped.hash).not.toBe(first.hash);
  expect(swapped.schemaHash).toBe(first.schemaHash);
  expect(alias("origin", weather, {}).hash).toBe(alias("elsewhere", weather, { location: "location" }).hash);
  await withWorkbench(async ({ store }) => {
    const fresh = await store.plan([first]);
    expect(fresh.services[0]?.views.map(({ view, action, toMaterialize }) => [view, action, toMaterialize])).toEqual([
      ["origin", "create", false],
      ["weather", "create", true],
      ["destination", "create", false],
    ]);
    await store.apply([first]);
    const plan = await store.plan([swapped]);
    expect(plan.services[0]?.views.map(({ toMaterialize }) => toMaterialize)).toEqual([false, false, false]);
    expect(plan.services[0]?.views[0]?.changes).toEqual([
      {
        what: "key location, read by",
        before: "origin_id",
        after: "destination_id",
        features: ["mean_6h", "temperature"],
      },
    ]);
    const colder = featureView("weather", {
      source: readings,
      entities: [entity("place", { location: t.utf8 })],
      windows: { mean_6h: mean("degrees").over("6h") },
      latest: { temperature: "degrees" },
    });
    const other = await store.plan([featureService("trips", [alias("origin", colder, { location: "origin_id" })])]);
    expect(String(other)).toContain("~ aliased view: sha256:");
    expect(String(other)).toContain("~ ttl: 1d → unbounded (temperature)");
  });
});

test("the catalog says what an alias is of, and which columns it is made from", async () => {
  await withWorkbench(async ({ store }) => {
    await store.register(trips);
    const page = await store.catalog({ column: "readings.degrees" });
    expect(page.views.map(({ name, kind, of, keys }) => [name, kind, of, keys])).toEqual([
      ["destination", "alias", "weather", ["destination_id"]],
      ["gap", "onDemand", undefined, ["origin_id", "destination_id"]],
      ["origin", "alias", "weather", ["origin_id"]],
      ["weather", "windowed", undefined, ["location"]],
    ]);
    expect(formatCatalog(page)).toContain("view origin\n  of place, as weather by origin_id\n");
  });
});

test("an alias of an alias is one of the view itself", () => {
  const again = alias("back", origin, { origin_id: "home_id" });
  expect(again.keys).toEqual({ home_id: t.utf8 });
  expect(again.hash).toBe(alias("home", weather, { location: "home_id" }).hash);
});

test("what an alias cannot be is refused, naming it; views of one name are told apart", () => {
  const pair = featureView("pair", {
    source: plainDataset("pairs", { time: t.instant, a: t.utf8, b: t.utf8 }),
    entities: [entity("a", { a: t.utf8 }), entity("b", { b: t.utf8 })],
    windows: { n: count().over("1h") },
  });
  expect(Object.keys(alias("x", pair, { a: "b", b: "a" }).keys)).toEqual(["b", "a"]);
  expect(refusal(() => alias("x", pair, { a: "b" }))).toBe('the key "b" twice in alias "x"');
  expect(refusal(() => alias("x", pair, { c: "d" } as never))).toBe(
    'the key "c", which view "pair" lacks in alias "x"',
  );
  expect(refusal(() => alias("a.b", pair, {}))).toBe('the name "a.b" in alias "a.b"');
  expect(refusal(() => featureService("s", [weather, weather]))).toBe(
    'the view "weather" twice in feature service "s"',
  );
  const other = alias("origin", weather, { location: "destination_id" });
  expect(refusal(() => featureService("s", [origin, other]))).toBe(
    'two views named "origin" (weather by origin_id, weather by destination_id) in feature service "s"',
  );
  expect(refusal(() => onDemand("o", { inputs: [origin, other], features: () => ({}) }))).toBe(
    'the input "origin" twice in on-demand view "o"',
  );
});

const drivers = plainDataset("drivers", { id: t.float64, time: t.instant, v: t.float64 }, { id: "id" });

test("a key whose column has another name in the source is mapped to it", async () => {
  const rate = featureView("rate", {
    source: drivers,
    entities: [entity("driver", { driver_id: t.float64 })],
    keyColumns: { driver_id: "id" },
    latest: { rating: "v" },
  });
  const service = featureService("drivers", [rate, alias("other", rate, { driver_id: "other_id" })]);
  await withWorkbench(async ({ datasets, store }) => {
    const rated = [
      { id: 1, time: start, v: 20 },
      { id: 2, time: start, v: 40 },
    ];
    await datasets.commit(drivers, [tableFromRows(rated, drivers.columns)]);
    await store.materialize(service, { to: at });
    const { features } = await store.online(service, { driver_id: 1, other_id: 2 }, { atMs: at });
    expect(features).toMatchObject({ "rate.rating": { value: 20 }, "other.rating": { value: 40 } });
    const spine = tableFromRows([{ driver_id: 2, other_id: 1, at }], {
      driver_id: t.float64,
      other_id: t.float64,
      at: t.instant,
    });
    const { table } = await store.training(service, { spine, at: "at" });
    expect(tableToRows(table)).toEqual([{ driver_id: 2, other_id: 1, at, "rate.rating": 40, "other.rating": 20 }]);
  });
  const base = {
    source: drivers,
    entities: [entity("driver", { driver_id: t.float64 })],
    latest: { rating: "v" },
  } as const;
  const view = (options: object): string => refusal(() => featureView("rate", { ...base, ...options } as never));
  expect(view({})).toBe('the key "driver_id", which dataset "drivers" lacks in feature view "rate"');
  expect(view({ keyColumns: { driver_id: "ident" } })).toBe(
    'the key "driver_id", by column "ident", which dataset "drivers" lacks in feature view "rate"',
  );
  expect(view({ keyColumns: { driver_id: "time" } })).toBe(
    'the key "driver_id", by column "time" of type f64 in feature view "rate"',
  );
  expect(view({ keyColumns: { driver_id: "id", rider_id: "id" } })).toBe(
    'a column for "rider_id", which is no key in feature view "rate"',
  );
  const two = { entities: [entity("pair", { a: t.float64, b: t.float64 })], keyColumns: { a: "v", b: "v" } };
  expect(view(two)).toBe('the keys "a" and "b", both of column "v" in feature view "rate"');
});

test("a view without entities is of everything alike: rows are found by time alone, in training as online", async () => {
  const rates = featureView("rates", {
    source: readings,
    entities: [],
    windows: { n: count().over("2h") },
    latest: { degrees: "degrees" },
    ttl: "90m",
  });
  const doubled = onDemand("doubled", {
    inputs: [rates],
    features: ({ rates: { degrees } }) => ({ degrees: degrees.mul(2) }),
  });
  const service = featureService("global", [rates, doubled]);
  expect(service.input).toEqual({});
  await withWorkbench(async ({ datasets, store }) => {
    await datasets.commit(readings, [table]);
    await store.materialize(service, { to: at });
    const { features } = await store.online(service, {}, { atMs: at });
    expect(features).toMatchObject({
      "rates.n": { value: 2 },
      "rates.degrees": { value: 24 },
      "doubled.degrees": { value: 48 },
    });
    const times = [at, start + hour, start - 1, at + 10 * hour];
    const spine = tableFromRows(
      times.map((time) => ({ at: time })),
      { at: t.instant },
    );
    const set = await store.training(service, { spine, at: "at" });
    expect(tableToRows(set.table).map((row) => [row["rates.n"], row["rates.degrees"], row["doubled.degrees"]])).toEqual(
      [
        [2, 24, 48],
        [1, 5, 10],
        [0, undefined, undefined],
        [0, undefined, undefined],
      ],
    );
    const inputs = [{}, {}];
    const served = await store.vectors(service, inputs, { atMs: Float64Array.of(at, at + 10 * hour) });
    expect([...served.statuses]).toEqual([1, 1, 1, 1, 3, 3]);
    expect(await store.replay(service, { inputs, ...served })).toMatchObject({ different: 0 });
    const [view] = (await store.catalog({ name: "rates" })).views;
    expect(view?.entities).toEqual([]);
    expect(formatCatalog(await store.catalog({ name: "rates" }))).toContain("\n  of everything, from readings\n");
  });
});

test("an alias of an on-demand view computes the same of other entities, in training as online, pure functions and nested views too", async () => {
  const doubled = onDemand("doubled", {
    inputs: [gap, request({ km: t.float64 })],
    features: ({ gap: { slope }, km }) => ({
      twice: slope.mul(2),
      text: pure((x) => `${x}`, { version: "1", inputs: [slope.add(km)], type: t.utf8 }),
    }),
  });
  const back = alias("back", gap, { origin_id: "destination_id", destination_id: "origin_id" }, { owner: "ops" });
  const third = alias("third", doubled, { destination_id: "third_id" });
  expect([Object.keys(back.keys).sort(), Object.keys(third.keys)]).toEqual([
    ["destination_id", "origin_id"],
    ["origin_id", "third_id"],
  ]);
  expect(back.hash).not.toBe(gap.hash);
  expect(alias("other", gap, { origin_id: "a" }).hash).not.toBe(alias("other", gap, { origin_id: "b" }).hash);
  const service = featureService("both", [gap, back, doubled, third]);
  expect(Object.keys(service.input).sort()).toEqual(["destination_id", "km", "origin_id", "third_id"]);
  await withWorkbench(async ({ datasets, store }) => {
    await datasets.commit(readings, [table]);
    expect((await store.materialize(service, { to: start + 3 * hour })).views).toBe(1);
    const input = { origin_id: "Rome", destination_id: "Oslo", third_id: "Rome", km: 2 };
    const atMs = start + 4 * hour;
    const { features } = await store.online(service, input, { atMs });
    const value = (cell: { readonly status: string; readonly value?: unknown }) => cell.value;
    expect(value(features["gap.slope"])).toBe((24 - 5) / 2);
    expect(value(features["back.slope"])).toBe((5 - 24) / 2);
    expect(value(features["doubled.twice"])).toBe(24 - 5);
    expect(value(features["third.twice"])).toBe(0);
    expect(value(features["third.text"])).toBe("2");
    const spine = tableFromRows([{ ...input, at: atMs }], {
      origin_id: t.utf8,
      destination_id: t.utf8,
      third_id: t.utf8,
      km: t.float64,
      at: t.instant,
    });
    const [row] = tableToRows((await store.training(service, { spine, at: "at" })).table);
    for (const name of ["gap.slope", "back.slope", "doubled.twice", "third.twice", "third.text"] as const)
      expect(row?.[name], name).toBe(value(features[name]));
    const { views } = await store.catalog({ owner: "ops" });
    expect(views.map(({ name, kind }) => [name, kind])).toEqual([["back", "onDemand"]]);
  });
  const wrong = () => alias("x", gap, { origin_id: "same", destination_id: "same" });
  expect(wrong).toThrow('the key "same" twice in alias "x"');
});
