import { expect, test } from "vitest";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { manualClock } from "../../src/core/clock.ts";
import {
  count,
  entity,
  FeatureStore,
  featureService,
  featureView,
  mean,
  nullable,
  onDemand,
  request,
  t,
} from "../../src/features/index.ts";
import { makeTable } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2024, 0, 1);

type Call = {
  readonly id: number;
  readonly time: number;
  readonly known: number;
  readonly station: string | null;
  readonly wait: number;
};

const calls = plainDataset(
  "calls",
  { id: t.float64, time: t.instant, known: t.instant, station: nullable(t.utf8), wait: t.float64 },
  { id: "id", knownTime: "known" },
);
const station = entity("station", { station: t.utf8 });
const overHours = { n_1h: 1, n_12h: 12 };
const load = featureView("load", {
  source: calls,
  entities: [station],
  windows: { n_1h: count().over("1h"), n_12h: count().over("12h"), wait_1h: mean("wait").over("1h") },
  latest: { last_wait: "wait" },
  ttl: "2h",
});
const service = featureService("calls-v1", [load]);

/** Events on and around the edges of hops, known at once, on an edge, or just after one. */
function edgeCalls(): Call[] {
  const times = [0, 1, 5 * minute, 5 * minute - 1, 30 * minute, hour, hour + 1, 2 * hour, 13 * hour];
  return times.flatMap((offset, i) =>
    [0, 5 * minute, 7 * minute + 0.5].map((late, j) => {
      const time = start + offset;
      return { id: i * 3 + j, time, known: time + late, station: "S", wait: (i * 3 + j) % 7 };
    }),
  );
}

/** Every instant at which something begins or ceases to count, and its neighbours. */
function edges(rows: readonly Call[]): number[] {
  const hops = { [hour]: 5 * minute, [12 * hour]: hour };
  const at = new Set<number>();
  for (const { time, known } of rows) {
    at.add(time).add(known);
    for (const [over, hop] of Object.entries(hops)) {
      // The window's start passes an event with the first multiple of the hop after it.
      at.add(Math.floor(time / hop) * hop + hop + Number(over));
      at.add(Math.floor(time / hop) * hop + Number(over));
    }
    at.add(time + 2 * hour);
  }
  return [...at].flatMap((ms) => [ms - 0.5, ms, ms + 0.5]);
}

/** The rule, read literally. */
function counted(rows: readonly Call[], at: number, overHours: number): number {
  const hop = overHours < 12 ? 5 * minute : hour;
  const from = Math.floor((at - overHours * hour) / hop) * hop;
  return rows.filter(({ time, known }) => time >= from && time < at && known <= at).length;
}

test("one request batch with every instant on an edge equals the offline path, and the rule read literally", async () => {
  const rows = edgeCalls();
  const atMs = Float64Array.from(edges(rows));
  const inputs = Array.from(atMs, () => ({ station: "S" }));
  await withWorkbench(async ({ datasets, options }) => {
    const store = new FeatureStore({ ...options, clock: manualClock(start), retention: "30d" });
    await store.register(service);
    await store.push(calls, tableFromRows(rows, calls.columns));
    await datasets.commit(calls, [tableFromRows(rows, calls.columns)]);
    const served = await store.vectors(service, inputs, { atMs });
    expect(await store.replay(service, { inputs, ...served })).toMatchObject({ different: 0 });
    for (const [name, over] of Object.entries(overHours)) {
      const column = served.names.indexOf(`load.${name}`);
      const found = Array.from(atMs, (_, row) => served.values[row * served.names.length + column]);
      expect(found).toEqual(Array.from(atMs, (at) => counted(rows, at, over)));
    }
    expect(new Set(served.statuses)).toEqual(new Set(Object.values(featureStatus)));
  });
});

test("requests asked twice, in any order, and unknown keys have each their own answer", async () => {
  const rows = edgeCalls();
  const ask = ["S", "nowhere", "S", "S", "nowhere"];
  const atMs = Float64Array.of(start + hour, start + hour, start + hour, start + 2 * hour, start);
  const inputs = ask.map((name) => ({ station: name }));
  await withWorkbench(async ({ datasets, options }) => {
    const store = new FeatureStore({ ...options, retention: "30d" });
    await store.register(service);
    await store.push(calls, tableFromRows(rows, calls.columns));
    await datasets.commit(calls, [tableFromRows(rows, calls.columns)]);
    const served = await store.vectors(service, inputs, { atMs });
    const width = served.names.length;
    const row = (at: number) => [...served.values.subarray(at * width, (at + 1) * width)];
    expect(row(2)).toEqual(row(0));
    expect(row(3)).not.toEqual(row(0));
    expect(row(1)).toEqual(row(4));
    const { missing, present } = featureStatus;
    expect([...served.statuses.subarray(width, 2 * width)]).toEqual([present, present, missing, missing]);
    expect(await store.replay(service, { inputs, ...served })).toMatchObject({ different: 0 });
    const single = await store.vectors(service, [inputs[3] ?? {}], { atMs: Float64Array.of(start + 2 * hour) });
    expect([...single.values]).toEqual(row(3));
  });
});

test("a null entity key matches nothing in a spine, is no event in a push, and is refused in a request", async () => {
  const rows: Call[] = [
    { id: 1, time: start, known: start, station: null, wait: 5 },
    { id: 2, time: start, known: start, station: "S", wait: 7 },
  ];
  const table = tableFromRows(rows, calls.columns);
  await withWorkbench(async ({ datasets, store }) => {
    await store.register(service);
    expect(await store.push(calls, table)).toEqual({
      views: 1,
      events: 1,
      skipped: 1,
      buffered: { rows: 0, sinceMs: undefined },
    });
    await datasets.commit(calls, [table]);
    const spine = makeTable({
      ...tableFromRows([{ station: null }, { station: "S" }], { station: { tag: "utf8", nullable: true } }).columns,
      at: { tag: "instant", values: Float64Array.of(start + hour, start + hour) },
    });
    const set = await store.training(service, { spine, at: "at" });
    expect([...(set.table.columns["load.n_1h"]?.values ?? [])]).toEqual([0, 1]);
    expect([...(set.table.columns["load.wait_1h"]?.states ?? [])]).toEqual([2, 1]);
    await expect(store.vectors(service, [{ station: null }])).rejects.toMatchObject({
      code: "features/invalid-input",
      found: 'null for "station" in row 0',
    });
  });
});

test("an id that history holds twice counts once, as it does when it is pushed twice", async () => {
  const first = [0, 1, 2].map((id) => ({ id, time: start + id, known: start + id, station: "S", wait: 10 * id }));
  const again = [1, 2].map((id) => ({ id, time: start + id, known: start + id, station: "S", wait: 99 }));
  const inputs = [{ station: "S" }];
  const atMs = Float64Array.of(start + hour);
  await withWorkbench(async ({ datasets, store }) => {
    await store.register(service);
    for (const rows of [first, again]) {
      await store.push(calls, tableFromRows(rows, calls.columns));
      await datasets.commit(calls, [tableFromRows(rows, calls.columns)]);
    }
    const served = await store.vectors(service, inputs, { atMs });
    expect([...served.values]).toEqual([3, 3, 10, 20]);
    expect(await store.replay(service, { inputs, ...served })).toMatchObject({ different: 0 });
  });
});

test("an id that comes again with another row: training and serving both keep the first", async () => {
  const measured = plainDataset("measured", { n: t.float64, x: t.float64, k: t.utf8, time: t.instant }, { id: "n" });
  const view = featureView("last", {
    source: measured,
    entities: [entity("k", { k: t.utf8 })],
    windows: { x: mean("x").over("6h"), times: count().over("6h") },
  });
  const both = featureService("measured-v1", [view]);
  const batches = [
    [
      { n: 1, x: 1, k: "K", time: start },
      { n: 2, x: 3, k: "K", time: start + 1 },
    ],
    [{ n: 2, x: 30, k: "K", time: start + 2 }],
  ];
  const at = start + hour;
  await withWorkbench(async ({ datasets, store }) => {
    for (const rows of batches) await datasets.commit(measured, [tableFromRows(rows, measured.columns)]);
    await store.materialize(both, { to: at });
    const { features } = await store.online(both, { k: "K" }, { atMs: at });
    expect(features).toMatchObject({ "last.x": { value: 2 }, "last.times": { value: 2 } });
    const spine = tableFromRows([{ k: "K", at }], { k: t.utf8, at: t.instant });
    const { table } = await store.training(both, { spine, at: "at" });
    expect(tableToRows(table)).toEqual([{ k: "K", at, "last.x": 2, "last.times": 2 }]);
  });
});

test("an event whose known time is NaN never counts, online or offline", async () => {
  const rows = [
    { id: 1, time: start, known: start, station: "S", wait: 1 },
    { id: 2, time: start + 1, known: Number.NaN, station: "S", wait: 50 },
  ];
  const column = (values: readonly number[]) => Float64Array.from(values);
  const table = makeTable({
    ...tableFromRows(
      rows.map((row) => ({ ...row, known: row.time })),
      calls.columns,
    ).columns,
    known: { tag: "instant", values: column(rows.map(({ known }) => known)) },
  });
  await withWorkbench(async ({ store, options }) => {
    await store.register(service);
    await store.push(calls, table);
    const served = await store.vectors(service, [{ station: "S" }], { atMs: Float64Array.of(start + hour) });
    expect([...served.values]).toEqual([1, 1, 1, 1]);
    expect((await options.online.readEvents(load.hash, ["S"], 0)).events[0]?.knownTimeMs[1]).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});

test("an instant out of the calendar is refused in a request field, a spine's field and a pushed row, before anything is written", async () => {
  const beyond = 8.64e15 + 1;
  const hours = onDemand("hours", {
    inputs: [load, request({ asked: nullable(t.instant) })],
    features: ({ asked }) => ({ hour: asked.hour() }),
  });
  const asking = featureService("asking", [load, hours]);
  await withWorkbench(async ({ store }) => {
    await store.register(asking);
    const refused = (work: Promise<unknown>) =>
      expect(work).rejects.toThrow(/features\/invalid-input.*864000000000000[12]/);
    await refused(store.online(asking, { station: "S", asked: beyond }, { atMs: start }));
    const types = { station: t.utf8, asked: nullable(t.instant), at: t.instant };
    const spine = tableFromRows([{ station: "S", asked: -beyond, at: start }], types);
    await refused(store.training(asking, { spine, at: "at" }));
    const row = { id: 1, time: start, known: start, station: "S", wait: 1 };
    await refused(store.push(calls, [row, { ...row, id: 2, time: beyond }]));
    await refused(store.push(calls, [row, { ...row, id: 2, known: beyond }]));
    expect(await store.push(calls, [row, { ...row, id: 2, time: Number.NaN }])).toMatchObject({
      events: 1,
      skipped: 1,
    });
  });
});

test("what stands in a column where there is no value is no value, whatever it is", async () => {
  const meters = plainDataset(
    "meters",
    { id: t.float64, time: t.instant, meter: t.utf8, big: nullable(t.int64), price: nullable(t.float64) },
    { id: "id" },
  );
  const view = featureView("meter", {
    source: meters,
    entities: [entity("meter", { meter: t.utf8 })],
    windows: { big: mean("big").over("1h"), price: mean("price").over("1h") },
  });
  const metered = featureService("meters-v1", [view]);
  // As Arrow allows: garbage behind nulls, and integers for doubles.
  const integers = BigInt64Array.of(2n ** 62n, 7n, -(2n ** 62n));
  const column = { tag: "i64", values: integers, states: Uint8Array.of(0, 1, 2) } as const;
  const table = makeTable({
    id: { tag: "i32", values: Int32Array.of(1, 2, 3) },
    time: { tag: "instant", values: new Float64Array(3).fill(start) },
    meter: { tag: "utf8", values: new Int32Array(3), dictionary: ["M"] },
    big: column,
    price: column,
  });
  await withWorkbench(async ({ store }) => {
    await store.register(metered);
    expect(await store.push(meters, table)).toMatchObject({ events: 3, skipped: 0 });
    const { features } = await store.online(metered, { meter: "M" }, { atMs: start + 1 });
    expect(features["meter.big"]).toMatchObject({ status: "present", value: 7 });
    expect(features["meter.price"]).toMatchObject({ status: "present", value: 7 });
  });
});
