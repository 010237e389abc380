import { join } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { z } from "zod";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import { featureStatus, type FeatureInputRow } from "../../src/contracts/feature-reader.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { dataset } from "../../src/data/dataset.ts";
import {
  count,
  entity,
  FeatureStore,
  type FeatureStoreOptions,
  featureService,
  featureView,
  makeKernel,
  max,
  mean,
  min,
  onDemand,
  request,
  sum,
  t,
} from "../../src/features/index.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { sliceRows, takeRows } from "../../src/table/take-rows.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { type Workbench, withWorkbench } from "./feature-workbench.ts";

const hour = 3_600_000;
const start = Date.UTC(2024, 0, 1);

const trips = dataset("trips", {
  schema: z.object({
    id: z.number().int(),
    date: z.date(),
    landed: z.date(),
    from: z.string(),
    to: z.string(),
    delay: z.number().nullable(),
    price: z.number(),
    rainy: z.boolean(),
  }),
  eventTime: "date",
  knownTime: "landed",
  id: "id",
});
const origin = entity("origin", { from: t.utf8 });
const destination = entity("destination", { to: t.utf8 });
const departures = featureView("departures", {
  source: trips,
  entities: [origin],
  ttl: "3h",
  windows: {
    delay_1h: mean("delay").over("1h"),
    delay_2d: mean("delay").over("2d"),
    cost_2d: sum("price").over("2d"),
    n_1h: count().over("1h"),
  },
  latest: { last_price: "price", rain: "rainy", last_delay: "delay" },
});
const route = featureView("route", {
  source: trips,
  entities: [origin, destination],
  knownDelay: "30m",
  windows: { lo: min("delay").over("24h"), hi: max("price").over("24h"), n: count().over("24h") },
});
const derived = onDemand("derived", {
  inputs: [departures, route, request({ distance: t.float64, when: t.instant })],
  features: ({ departures: d, route: r, distance, when }) => ({
    hour: when.hour(),
    day: when.weekday(),
    pressure: d.delay_1h.mul(d.n_1h).div(distance.add(1)),
    filled: d.delay_1h.orElse(-1).add(r.lo.orElse(0)),
    far: distance.log1p(),
    wet: d.rain.and(distance.gt(500)),
    unknown: r.lo.isNull(),
  }),
});
const service = featureService("trips-v1", [departures, route, derived]);

const places = ["ATL", "ORD", "é1", "11", "1"];

function history(random: Random, rows: number): Table {
  let time = start;
  const records = Array.from({ length: rows }, (_, id) => {
    time += random.int(20) * 60_000;
    return {
      id,
      date: time,
      landed: time + random.int(180) * 60_000,
      from: places[random.int(places.length)] ?? "",
      to: places[random.int(places.length)] ?? "",
      delay: random.int(5) === 0 ? null : random.int(100) - 20,
      price: random.int(100_000) / 100,
      rainy: random.int(2) === 0,
    };
  });
  return tableFromRows(records, trips.columns);
}

interface Requests {
  readonly inputs: FeatureInputRow[];
  readonly atMs: Float64Array;
}

function requests(random: Random, table: Table, rows: number, fromMs: number): Requests {
  const times = table.columns["date"]?.values ?? [];
  const last = Number(times[times.length - 1]);
  const atMs = Float64Array.from(
    { length: rows },
    () => fromMs + random.int(Math.ceil((last - fromMs) / 60_000) + 100) * 60_000,
  );
  const inputs = Array.from(atMs, (when) => ({
    from: random.int(20) === 0 ? "XXX" : (places[random.int(places.length)] ?? ""),
    to: places[random.int(places.length)] ?? "",
    distance: random.int(3000),
    when,
  }));
  return { inputs, atMs };
}

function spineOf({ inputs, atMs }: Requests): Table {
  const types = { from: t.utf8, to: t.utf8, distance: t.float64, when: t.instant };
  const table = tableFromRows([...inputs], types);
  return makeTable({ ...table.columns, at: { tag: "instant", values: atMs }, label: { tag: "f64", values: atMs } });
}

/** Commits the history, loads the first part of it into the online store and streams the rest. */
async function fill({ datasets, store }: Workbench, table: Table, split: number): Promise<void> {
  await datasets.commit(trips, [sliceRows(table, 0, split)]);
  await store.materialize(service, { to: Number(table.columns["date"]?.values[split - 1]) });
  for (let from = split; from < table.rowCount; from += 50) {
    await store.push(trips, sliceRows(table, from, Math.min(from + 50, table.rowCount)));
  }
  await datasets.commit(trips, [sliceRows(table, split, table.rowCount)]);
}

async function batchEqualsOnline(
  replace: Partial<FeatureStoreOptions>,
  rows: number,
  questions: number,
): Promise<void> {
  await withWorkbench(async (bench) => {
    const random = seededRandom("batch = online");
    const table = history(random, rows);
    const split = rows >> 1;
    await fill(bench, table, split);
    const asked = requests(random, table, questions, Number(table.columns["date"]?.values[split]));
    const served = await bench.store.vectors(service, asked.inputs, { atMs: asked.atMs });
    expect(new Set(served.statuses)).toEqual(new Set(Object.values(featureStatus)));

    const skew = await bench.store.replay(service, { ...asked, ...served });
    expect(skew).toEqual({ cells: questions * service.features.length, different: 0, byFeature: {} });

    const training = await bench.store.training(service, { spine: spineOf(asked), at: "at" });
    training.features.forEach((feature, f) => {
      const column = training.table.columns[feature];
      for (let row = 0; row < questions; row++) {
        const present = column?.states === undefined || column.states[row] === 1;
        expect(present).toBe(served.statuses[row * served.names.length + f] === featureStatus.present);
        if (present)
          expect(Object.is(Number(column?.values[row]), served.values[row * served.names.length + f])).toBe(true);
      }
    });
  }, replace);
}

test("batch, online and replay give the same bits: memory", async () => {
  await batchEqualsOnline({}, 3000, 500);
});

test("batch, online and replay give the same bits: SQLite online, DuckDB offline", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-online-"));
  try {
    await batchEqualsOnline(
      { online: sqliteOnline({ path: join(folder, "o.sqlite") }), offline: duckdbOffline() },
      1000,
      100,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("history in another order than that of ids gives the same features", async () => {
  const table = history(seededRandom("order"), 400);
  const shuffled = seededRandom("shuffle").shuffle(Array.from({ length: 400 }, (_, i) => i));
  const asked = requests(seededRandom("asked"), table, 100, start + 24 * hour);
  const digests: unknown[] = [];
  for (const order of [shuffled.toSorted((a, b) => a - b), shuffled]) {
    await withWorkbench(async ({ datasets, store }) => {
      await datasets.commit(trips, [takeRows(table, order)]);
      const { table: made } = await store.training(service, { spine: spineOf(asked), at: "at" });
      digests.push(made.columns);
    });
  }
  expect(digests[1]).toEqual(digests[0]);
});

test("a perturbed kernel constant is seen as skew", async () => {
  await withWorkbench(async (bench) => {
    const random = seededRandom("skew");
    const table = history(random, 400);
    await fill(bench, table, 200);
    const asked = requests(random, table, 100, Number(table.columns["date"]?.values[200]));
    const served = await bench.store.vectors(service, asked.inputs, { atMs: asked.atMs });
    const perturb = async (constants: Parameters<typeof makeKernel>[0]): Promise<readonly string[]> => {
      const other = new FeatureStore({ ...bench.options, kernel: makeKernel(constants) });
      return Object.keys((await other.replay(service, { ...asked, ...served })).byFeature);
    };
    expect(await perturb({})).toEqual([]);
    expect(await perturb({ weekdayOfEpoch: 5 })).toEqual(["derived.day"]);
    expect(await perturb({ ln2Lo: 1.9e-10 })).toEqual(["derived.far"]);
    expect(await perturb({ windowOffsetMs: 600_000 })).toContain("departures.n_1h");
  });
});

test("leaving the known time out changes the features: the rule is tested", async () => {
  await withWorkbench(async ({ datasets, store, options }) => {
    const random = seededRandom("leak");
    const table = history(random, 600);
    await datasets.commit(trips, [table]);
    const leaky = featureService("trips-v1", [
      featureView("departures", {
        source: { ...trips, knownTime: undefined },
        entities: [origin],
        windows: { delay_1h: mean("delay").over("1h"), n_1h: count().over("1h") },
      }),
    ]);
    const spine = spineOf(requests(random, table, 200, start + 24 * hour));
    const honest = await store.training(service, { spine, at: "at" });
    const other = await new FeatureStore(options).training(leaky, { spine, at: "at" });
    const different = (feature: string): number =>
      [...(honest.table.columns[feature]?.values ?? [])].filter(
        (value, row) => !Object.is(value, other.table.columns[feature]?.values[row]),
      ).length;
    expect(different("departures.n_1h")).toBeGreaterThan(50);
    expect(different("departures.delay_1h")).toBeGreaterThan(50);
    expect(leaky.hash).not.toBe(service.hash);
  });
});

test("an online read has value, status and time per feature", async () => {
  await withWorkbench(async (bench) => {
    const rows = [
      { id: 1, date: start, landed: start + hour, from: "ATL", to: "ORD", delay: 10, price: 1.5, rainy: true },
      {
        id: 2,
        date: start + 60_000,
        landed: start + 2 * hour,
        from: "ATL",
        to: "ORD",
        delay: null,
        price: 2.5,
        rainy: false,
      },
    ];
    await fill(bench, tableFromRows(rows, trips.columns), 1);
    const read = async (atMs: number, from: string) =>
      (await bench.store.online(service, { from, to: "ORD", distance: 0, when: atMs }, { atMs })).features;

    const before = await read(start + 30 * 60_000, "ATL");
    expect(before["departures.n_1h"]).toEqual({ status: "present", value: 0, eventTimeMs: start + 30 * 60_000 });
    expect(before["departures.delay_2d"]).toEqual({ status: "missing" });
    expect(before["departures.last_price"]).toEqual({ status: "missing" });

    const first = await read(start + hour, "ATL");
    expect(first["departures.delay_2d"]).toEqual({ status: "present", value: 10, eventTimeMs: start });
    expect(first["departures.rain"]).toEqual({ status: "present", value: true, eventTimeMs: start });
    expect(first["route.lo"]).toEqual({ status: "missing" });
    expect(first["derived.unknown"]).toEqual({ status: "present", value: true, eventTimeMs: start + hour });

    const both = await read(start + 2 * hour, "ATL");
    expect(both["departures.last_price"]).toEqual({ status: "present", value: 2.5, eventTimeMs: start + 60_000 });
    expect(both["departures.last_delay"]).toEqual({ status: "null", eventTimeMs: start + 60_000 });
    expect(both["departures.delay_1h"]).toEqual({ status: "null", eventTimeMs: start + 60_000 });
    expect((await read(start + 7 * hour, "ATL"))["departures.last_price"]).toEqual({ status: "expired" });
    expect((await read(start + 7 * hour, "XXX"))["derived.pressure"]).toEqual({ status: "missing" });
  });
});

test("pushing again changes nothing; a dataset without id is refused", async () => {
  await withWorkbench(async ({ store }) => {
    const table = history(seededRandom("again"), 50);
    await expect(store.push(trips, table)).rejects.toMatchObject({ code: "features/unknown-feature" });
    await store.register(service);
    expect(await store.push(trips, table)).toEqual({ views: 2, events: 100, skipped: 0 });
    expect(await store.push(trips, table)).toEqual({ views: 2, events: 0, skipped: 0 });
    const nameless = featureView("v", {
      source: { ...trips, id: undefined },
      entities: [origin],
      windows: { n: count().over("1h") },
    });
    await expect(store.push(nameless, table)).rejects.toMatchObject({ code: "definition/invalid" });
  });
});

test("a service's meaning is recorded and audited once", async () => {
  await withWorkbench(async ({ store, options }) => {
    expect(await store.current("trips-v1")).toBeUndefined();
    await store.register(service);
    await store.register(service);
    await new FeatureStore(options).register(service);
    expect(await store.current("trips-v1")).toEqual({
      name: "trips-v1",
      hash: service.hash,
      schemaHash: service.schemaHash,
    });
    const changed = featureService("trips-v1", [route]);
    await store.register(changed);
    expect((await store.history("trips-v1")).map((known) => known.hash)).toEqual([service.hash, changed.hash]);
    const events = await options.ledger.audit.read();
    expect(events.filter((event) => event.kind === "features.registered").length).toBe(2);
    expect((await options.ledger.audit.verify()).valid).toBe(true);
  });
});

test("a training set is named by what it was made from, and its lineage is on record", async () => {
  await withWorkbench(async ({ datasets, store, options }) => {
    const table = history(seededRandom("digest"), 100);
    const version = await datasets.commit(trips, [sliceRows(table, 0, 60)]);
    const spine = spineOf(requests(seededRandom("spine"), table, 20, start));
    const first = await store.training(service, { spine, at: "at" });
    expect(first.sources).toEqual([{ dataset: "trips", version: version.digest }]);
    expect((await store.training(service, { spine, at: "at" })).digest).toBe(first.digest);
    await datasets.commit(trips, [sliceRows(table, 60, 100)]);
    expect((await store.training(service, { spine, at: "at" })).digest).not.toBe(first.digest);
    const again = await store.training(service, { spine, at: "at", sources: { trips: version.digest } });
    expect(again.digest).toBe(first.digest);
    expect(again.table).toEqual(first.table);
    expect(Object.keys(first.table.columns).slice(0, 6)).toEqual(Object.keys(spine.columns));
    const tree = await options.ledger.lineage.upstream(`training-set:${first.digest}`);
    expect(tree.children.map((child) => child.node)).toContain(`dataset:${version.digest}`);
    expect(tree.children.map((child) => child.node)).toContain(`features:${service.hash}`);
  });
});

test("a committed version can be the spine", async () => {
  await withWorkbench(async ({ datasets, store }) => {
    const table = history(seededRandom("own"), 100);
    const version = await datasets.commit(trips, [table]);
    const own = featureService("own", [departures]);
    const training = await store.training(own, { spine: version, at: "date" });
    expect(training.rows).toBe(100);
    expect(training.spineDigest).toBe(version.digest);
  });
});

test("bad inputs are named", async () => {
  await withWorkbench(async ({ datasets, store }) => {
    const input = { from: "ATL", to: "ORD", distance: 1, when: start };
    const vectors = async (row: object) => await store.vectors(service, [{ ...input, ...row }]);
    await expect(vectors({ distance: "1" })).rejects.toMatchObject({
      code: "features/invalid-input",
      found: '"1" for "distance" in row 0',
    });
    await expect(vectors({ from: null })).rejects.toMatchObject({ code: "features/invalid-input" });
    await expect(vectors({ when: Number.NaN })).rejects.toMatchObject({ code: "features/invalid-input" });
    await expect(vectors({ to: undefined })).rejects.toMatchObject({
      code: "features/invalid-input",
      found: 'nothing for "to" in row 0',
    });
    const spine = spineOf({ inputs: [input], atMs: Float64Array.of(start) });
    await expect(store.training(service, { spine, at: "at" })).rejects.toMatchObject({
      code: "data/version-not-found",
    });
    await datasets.commit(trips, [history(seededRandom(1), 5)]);
    await expect(store.training(service, { spine, at: "when_" })).rejects.toMatchObject({
      code: "features/invalid-input",
    });
    const { to: _, ...rest } = spine.columns;
    await expect(store.training(service, { spine: makeTable(rest), at: "at" })).rejects.toMatchObject({
      code: "features/invalid-input",
    });
    const clash = makeTable({ ...spine.columns, "departures.n_1h": { tag: "f64", values: Float64Array.of(1) } });
    await expect(store.training(service, { spine: clash, at: "at" })).rejects.toMatchObject({
      code: "features/invalid-input",
    });
  });
});
