import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import type { Progress } from "../../src/core/progress.ts";
import { count, entity, FeatureStore, featureService, featureView, sum, t } from "../../src/features/index.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import type { Table } from "../../src/table/table.ts";
import { type Workbench, withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const columns = { id: t.float64, time: t.instant, sensor: t.utf8, value: t.float64 };
const readings = plainDataset("readings", columns, { id: "id" });
const options = { source: readings, entities: [entity("sensor", { sensor: t.utf8 })] };
const recent = featureView("recent", {
  ...options,
  windows: { n: count().over("2h"), total: sum("value").over("2h") },
});
const service = featureService("sensors", [recent]);

const at = (id: number): number => start + id * minute;
/** A reading a minute. */
function rows(from: number, to: number, timeOf: (id: number) => number = at): Table {
  const records = Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    return { id, time: timeOf(id), sensor: id % 2 === 0 ? "A" : "B", value: id / 8 };
  });
  return tableFromRows(records, readings.columns);
}

/** A store that notes how many events each call brings it. */
function noting(online: OnlineStore, calls: number[]): OnlineStore {
  return {
    ...online,
    appendEvents: async (view, batch) => {
      calls.push(batch.ids.length);
      return await online.appendEvents(view, batch);
    },
  };
}

const inputs = [{ sensor: "A" }, { sensor: "B" }];
async function readAt(store: FeatureStore, minutes: number): Promise<string> {
  const { values, statuses } = await store.vectors(service, inputs, { atMs: new Float64Array(2).fill(at(minutes)) });
  return JSON.stringify([[...values], [...statuses]]);
}

test("a materialization goes on from the watermark, and takes rows that came late", async () => {
  const calls: number[] = [];
  await withWorkbench(
    async ({ datasets, store, options: wired }) => {
      await datasets.commit(readings, [rows(0, 1000)]);
      await store.materialize(service, { to: at(799) });
      expect(calls.splice(0)).toEqual([800]);
      expect(await store.materialize(service, { to: at(799) })).toEqual({ views: 1, events: 0, skipped: 0 });
      expect(calls).toEqual([]);
      // Another process goes on where this one stopped.
      await new FeatureStore(wired).materialize(service, { to: at(899) });
      expect(calls.splice(0)).toEqual([100]);
      // New rows, of which half happened long ago; and one whose id is there already.
      await datasets.commit(readings, [rows(1000, 1040, (id) => (id % 2 === 0 ? at(850) + id : at(id - 100)))]);
      await datasets.commit(readings, [rows(17, 18, () => at(890))]);
      await store.materialize(service, { to: at(945) });
      expect(calls.splice(0).reduce((sum_, n) => sum_ + n, 0)).toBe(46 + 1 + 20 + 20);
      const other = new FeatureStore({ ...wired, online: memoryOnline() });
      await other.materialize(service, { to: at(945) });
      for (const minutes of [945, 940, 900, 860])
        expect(await readAt(store, minutes)).toBe(await readAt(other, minutes));
      // `from` loads all of it, whatever is known.
      await store.materialize(service, { from: at(0), to: at(945) });
      expect(calls.splice(0).reduce((sum_, n) => sum_ + n, 0)).toBeGreaterThan(900);
    },
    { online: noting(memoryOnline(), calls) },
  );
});

test("rows without ids count once too", async () => {
  const nameless = featureView("v", {
    ...options,
    source: { ...readings, id: undefined },
    windows: { n: count().over("2h") },
  });
  const own = featureService("nameless", [nameless]);
  const calls: number[] = [];
  await withWorkbench(
    async ({ datasets, store }) => {
      await datasets.commit(readings, [rows(0, 100)]);
      await store.materialize(own, { to: at(79) });
      await datasets.commit(readings, [rows(100, 110, (id) => at(id - 50))]);
      await store.materialize(own, { to: at(99) });
      expect(calls).toEqual([80, 30]);
      const { values } = await store.vectors(own, inputs, { atMs: new Float64Array(2).fill(at(100)) });
      expect([...values]).toEqual([55, 55]);
    },
    { online: noting(memoryOnline(), calls) },
  );
});

test("a watermark is of one online store: an empty one, or one from a backup, is filled anew", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-watermark-"));
  try {
    await withWorkbench(async ({ datasets, options: wired }) => {
      await datasets.commit(readings, [rows(0, 300)]);
      const open = async (name: string, work: (store: FeatureStore) => Promise<void>): Promise<void> => {
        const online = sqliteOnline({ path: join(folder, name) });
        await work(new FeatureStore({ ...wired, online }));
        await online.close();
      };
      let expected = "";
      await open("first", async (store) => {
        expect((await store.materialize(service, { to: at(99) })).events).toBe(100);
      });
      await copyFile(join(folder, "first"), join(folder, "backup"));
      await open("first", async (store) => {
        expect((await store.materialize(service, { to: at(199) })).events).toBe(100);
        expected = await readAt(store, 199);
      });
      await open("empty", async (store) => {
        expect((await store.materialize(service, { to: at(199) })).events).toBe(200);
        expect(await readAt(store, 199)).toBe(expected);
      });
      await open("backup", async (store) => {
        expect((await store.materialize(service, { to: at(199) })).events).toBe(100);
        expect(await readAt(store, 199)).toBe(expected);
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what was interrupted goes on where it stopped", async () => {
  const calls: number[] = [];
  await withWorkbench(
    async ({ datasets, store, options: wired }) => {
      await datasets.commit(readings, [rows(0, 100)]);
      const stop = new AbortController();
      const seen: Progress[] = [];
      const onProgress = (progress: Progress): void => {
        if (progress.unit !== "rows" || progress.stage === "reading history") return;
        seen.push(progress);
        if (progress.done === 30) stop.abort(new Error("enough"));
      };
      const run = { to: at(99), rowsAtOnce: 10, onProgress };
      await expect(store.materialize(service, { ...run, signal: stop.signal })).rejects.toThrow("enough");
      expect(seen.map(({ done, total, stage }) => [stage, done, total])).toEqual(
        [10, 20, 30].map((done) => ["materializing recent", done, 100]),
      );
      expect(calls.splice(0)).toEqual([10, 10, 10]);
      await new FeatureStore(wired).materialize(service, { to: at(99) });
      expect(calls.splice(0)).toEqual([70]);
    },
    { online: noting(memoryOnline(), calls) },
  );
});

test("between two portions timers and a signal of a timer have their turn, with engines that answer at once too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-turns-"));
  const work = async ({ datasets, store }: Workbench): Promise<void> => {
    await datasets.commit(readings, [rows(0, 1000)]);
    const all = { to: at(999), from: at(0), rowsAtOnce: 10 };
    let turns = 0;
    const turnsAt: number[] = [];
    const ticking = setInterval(() => turns++, 0);
    await store.materialize(service, { ...all, onProgress: () => turnsAt.push(turns) });
    clearInterval(ticking);
    expect((turnsAt.at(-1) ?? 0) - (turnsAt[0] ?? 0)).toBeGreaterThan(10);
    const stop = new AbortController();
    const reason = new Error("not that long");
    const portions: number[] = [];
    const onProgress = ({ done }: Progress): void => {
      if (portions.push(done) === 1) setTimeout(() => stop.abort(reason), 0);
    };
    const progress = { signal: stop.signal, onProgress };
    await expect(store.materialize(service, { ...all, ...progress })).rejects.toBe(reason);
    expect(portions.length).toBeLessThan(100);
  };
  await withWorkbench(work, { online: sqliteOnline({ path: join(folder, "online.sqlite") }) });
  await rm(folder, { recursive: true });
});

test("one materialization of a view at a time: a second one is refused or waits; a dead one's lease runs out", async () => {
  const clock = manualClock(start);
  let gate: (() => Promise<void>) | undefined;
  const inner = memoryOnline();
  const online: OnlineStore = {
    ...inner,
    appendEvents: async (view, batch) => {
      await gate?.();
      return await inner.appendEvents(view, batch);
    },
  };
  await withWorkbench(
    async ({ datasets, store, options: wired }) => {
      await datasets.commit(readings, [rows(0, 100)]);
      let open = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        open = resolve;
      });
      let entered = (): void => undefined;
      const inside = new Promise<void>((resolve) => {
        entered = resolve;
      });
      gate = async () => {
        entered();
        gate = undefined;
        await held;
      };
      const first = store.materialize(service, { to: at(99), lease: "1m", rowsAtOnce: 50 });
      await inside;
      const second = new FeatureStore(wired);
      await expect(second.materialize(service, { to: at(99) })).rejects.toMatchObject({
        code: "features/busy",
        found: expect.stringMatching(/^another materialization of view sha256:.*2024-01-01T00:01:00/),
      });
      const impatient = AbortSignal.timeout(50);
      await expect(second.materialize(service, { to: at(99), wait: true, signal: impatient })).rejects.toThrow(
        "timeout",
      );
      // Its clock stood still for a minute: another one may take over, and the first finds out.
      clock.advance(minute);
      expect((await second.materialize(service, { to: at(99) })).events).toBe(100);
      open();
      await expect(first).rejects.toMatchObject({ code: "features/busy" });
      expect((await inner.extent(recent.hash)).newestMs).toBe(at(99));
      const [own] = (await inner.readEvents(recent.hash, ["A"], 0)).events;
      expect(own?.count).toBe(50);

      let release = (): void => undefined;
      gate = async () => {
        gate = undefined;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      };
      const third = store.materialize(service, { from: start, to: at(99) });
      while (gate !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
      const waiting = second.materialize(service, { to: at(99), wait: true, lease: "1s" });
      release();
      await Promise.all([third, waiting]);
    },
    { online, clock },
  );
});

test("one that stood still beyond its lease neither lets go nor brings anything once another one has loaded", async () => {
  const clock = manualClock(start);
  await withWorkbench(
    async ({ datasets, options: wired }) => {
      const first = await datasets.commit(readings, [rows(0, 100)]);
      const online = wired.online;
      const other = new FeatureStore(wired);
      await other.materialize(service, { to: at(50), sources: { readings: first.digest } });
      await datasets.commit(readings, [rows(100, 3000)]);
      // The other one comes while this one is about to do something: before and after its lease is looked at.
      const whileOtherLoads = (call: "extent" | "trimEvents"): FeatureStore => {
        let stood = false;
        const before = async (): Promise<void> => {
          if (stood) return;
          stood = true;
          clock.advance(31_000);
          await other.backfill(service, { from: at(0), to: at(3000) });
        };
        const slow: OnlineStore = {
          ...online,
          extent: async (view) => {
            const found = await online.extent(view);
            if (call === "extent") await before();
            return found;
          },
          trimEvents: async (view, beforeMs, trim) => {
            await before();
            await online.trimEvents(view, beforeMs, trim);
          },
          appendEvents: async () => {
            throw new Error("the lease was lost: nothing is to be brought");
          },
        };
        return new FeatureStore({ ...wired, online: slow });
      };
      for (const call of ["trimEvents", "extent"] as const) {
        await expect(whileOtherLoads(call).materialize(service, { to: at(3000) })).rejects.toMatchObject({
          code: "features/busy",
        });
        expect((await online.extent(recent.hash)).keptFromMs, call).toBe(Number.NEGATIVE_INFINITY);
        expect(await readAt(other, 200), call).toBe("[[60,1042.5,60,1050],[1,1,1,1]]");
        await datasets.commit(readings, [rows(3000, 3001)]);
      }
    },
    { clock, retention: "1h" },
  );
});

test("nonsense options are refused", async () => {
  await withWorkbench(async ({ datasets, store }) => {
    await datasets.commit(readings, [rows(0, 10)]);
    for (const given of [{ rowsAtOnce: 0 }, { rowsAtOnce: 1.5 }, { rowsAtOnce: Number.NaN }, { lease: 0 }])
      await expect(store.materialize(service, { to: at(9), ...given })).rejects.toMatchObject({
        code: "argument/invalid",
      });
  });
});
