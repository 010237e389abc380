import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { count, entity, FeatureStore, featureService, featureView, mean, t } from "../../src/features/index.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import type { Table } from "../../src/table/table.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2024, 0, 1);
const readings = plainDataset(
  "readings",
  { id: t.float64, time: t.instant, known: t.instant, sensor: t.utf8, value: t.float64 },
  { id: "id", knownTime: "known" },
);
const sensor = entity("sensor", { sensor: t.utf8 });
const windows = featureView("recent", {
  source: readings,
  entities: [sensor],
  windows: { n: count().over("1h"), value: mean("value").over("2h") },
});
const last = featureView("last", {
  source: readings,
  entities: [sensor],
  ttl: "3h",
  windows: { n: count().over("30m") },
  latest: { value: "value" },
});
const service = featureService("sensors", [windows, last]);
const reach = 2 * hour + 5 * minute;

/** A reading a minute, known two minutes later; sensor C speaks once, at the start. */
function rows(from: number, to: number): Table {
  const records = Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    const time = start + id * minute;
    return { id, time, known: time + 2 * minute, sensor: id === 3 ? "C" : id % 2 === 0 ? "A" : "B", value: id % 17 };
  });
  return tableFromRows(records, readings.columns);
}

/** The events held of a view, over all sensors. */
async function held(online: OnlineStore, view: string): Promise<number> {
  const { events } = await online.readEvents(view, ["A", "B", "C"], Number.NEGATIVE_INFINITY);
  return events.reduce((sum, own) => sum + own.count, 0);
}

const at = (id: number): number => start + id * minute;
const inputs = ["A", "B", "C"].map((name) => ({ sensor: name }));
const atOf = (id: number) => new Float64Array(inputs.length).fill(at(id));

async function streams(online: OnlineStore): Promise<void> {
  const clock = manualClock(start);
  await withWorkbench(
    async ({ datasets, options }) => {
      const store = new FeatureStore({ ...options, clock, retention: "1h" });
      await store.register(service);
      const total = 3000;
      let most = 0;
      for (let from = 0; from < total; from += 30) {
        clock.set(at(from + 30));
        await store.push(readings, rows(from, from + 30));
        most = Math.max(most, await held(online, windows.hash));
      }
      const kept = (reach + hour) / minute;
      expect(most).toBeLessThanOrEqual(kept * 1.25 + 31);
      expect(await held(online, last.hash)).toBeLessThan(kept * 1.25);

      await datasets.commit(readings, [rows(0, total)]);
      for (const id of [total, total - 45, total - 58]) {
        const served = await store.vectors(service, inputs, { atMs: atOf(id) });
        // Sensor C spoke two days ago: its one value is expired, not missing, as history says.
        expect(served.statuses[2 * served.names.length + served.names.indexOf("last.value")]).toBe(3);
        const skew = await store.replay(service, { inputs, ...served });
        expect(skew.different).toBe(0);
      }
      await expect(store.vectors(service, inputs, { atMs: atOf(1000) })).rejects.toMatchObject({
        code: "features/not-kept",
      });
      await expect(store.materialize(service, { to: at(1000) })).rejects.toMatchObject({ code: "features/not-kept" });
    },
    { online },
  );
}

test("a stream leaves a bounded number of events, right answers, and an error for what is gone: memory", async () => {
  await streams(memoryOnline());
});

test("a stream leaves a bounded number of events, right answers, and an error for what is gone: SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-retention-"));
  try {
    await streams(sqliteOnline({ path: join(folder, "online.sqlite") }));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("processes that push once and end trim too", async () => {
  const online = memoryOnline();
  await withWorkbench(
    async ({ options }) => {
      for (let from = 0; from < 2000; from += 50) {
        const store = new FeatureStore({ ...options, clock: manualClock(at(from + 50)), retention: "1h" });
        await store.register(service);
        await store.push(readings, rows(from, from + 50));
      }
      expect(await held(online, windows.hash)).toBeLessThan(300);
    },
    { online },
  );
});

test("a process whose first push brought nothing trims what later ones bring", async () => {
  const online = memoryOnline();
  await withWorkbench(
    async ({ options }) => {
      const clock = manualClock(start);
      const store = new FeatureStore({ ...options, clock, retention: "1h" });
      await store.register(service);
      await store.push(readings, rows(0, 0));
      for (let from = 0; from < 2000; from += 50) {
        clock.set(at(from + 50));
        await store.push(readings, rows(from, from + 50));
      }
      expect(await held(online, windows.hash)).toBeLessThan(300);
    },
    { online },
  );
});

test("a row from the future lets nothing go", async () => {
  await withWorkbench(async ({ options }) => {
    const store = new FeatureStore({ ...options, clock: manualClock(at(200)), retention: "1h" });
    await store.register(service);
    await store.push(readings, rows(0, 200));
    const far = Date.UTC(2100, 0, 1);
    await store.push(
      readings,
      tableFromRows([{ id: 9999, time: far, known: far, sensor: "A", value: 1 }], readings.columns),
    );
    const served = await store.vectors(service, inputs, { atMs: atOf(200) });
    expect(served.values[served.names.indexOf("recent.n")]).toBeGreaterThan(25);
  });
});

test("a read before what was materialized is an error, not a window with a part missing", async () => {
  await withWorkbench(async ({ datasets, store, options }) => {
    await datasets.commit(readings, [rows(0, 3000)]);
    await store.materialize(featureService("w", [windows]), { to: at(2900) });
    const own = featureService("w", [windows]);
    await store.vectors(own, inputs, { atMs: atOf(2900) });
    await store.vectors(own, inputs, { atMs: atOf(2900 - 24 * 60) });
    await expect(store.vectors(own, inputs, { atMs: atOf(1000) })).rejects.toMatchObject({
      code: "features/not-kept",
      expected: expect.stringMatching(/^an instant from 2024-01-0\dT/),
    });
    // Loading on from there leaves no gap, and what was kept is still kept.
    await store.materialize(own, { from: at(2900), to: at(2999) });
    expect((await options.online.extent(windows.hash)).keptFromMs).toBeLessThanOrEqual(at(2900 - 24 * 60) - reach);
    // A view that was given all of history has all of it.
    const other = new FeatureStore({ ...options, online: memoryOnline() });
    await other.materialize(own, { from: start, to: at(2999) });
    await other.vectors(own, inputs, { atMs: atOf(5) });
  });
});

test("after a gap in which nothing was pushed, instants before it are refused", async () => {
  await withWorkbench(async ({ datasets, options }) => {
    const store = new FeatureStore({ ...options, retention: "1h" });
    const own = featureService("w", [windows]);
    await store.register(own);
    await store.push(readings, rows(0, 500));
    await datasets.commit(readings, [rows(0, 3000)]);
    await store.materialize(own, { to: at(2999) });
    const served = await store.vectors(own, inputs, { atMs: atOf(2999) });
    expect((await store.replay(own, { inputs, ...served })).different).toBe(0);
    await expect(store.vectors(own, inputs, { atMs: atOf(2600) })).rejects.toMatchObject({ code: "features/not-kept" });
  });
});

test("a latest value from before `from` is loaded where it is not there yet", async () => {
  await withWorkbench(async ({ datasets, store }) => {
    const own = featureService("l", [last]);
    await datasets.commit(readings, [rows(0, 400)]);
    await store.materialize(own, { from: at(300), to: at(399) });
    const served = await store.vectors(own, inputs, { atMs: atOf(150) });
    expect((await store.replay(own, { inputs, ...served })).different).toBe(0);
    expect(served.statuses[2 * served.names.length + served.names.indexOf("last.value")]).toBe(1);
  });
});

test("an instant that is none is refused by name", async () => {
  await withWorkbench(async ({ store }) => {
    const refused = { code: "features/invalid-input", found: "the instant NaN in row 0" };
    await expect(
      store.vectors(service, [{ sensor: "A" }], { atMs: Float64Array.of(Number.NaN) }),
    ).rejects.toMatchObject(refused);
    await expect(store.online(service, { sensor: "A" }, { atMs: Number.NaN })).rejects.toMatchObject(refused);
  });
});
