import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test, vi } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { NumberSet } from "../../src/backends/memory/number-set.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import { seededRandom } from "../../src/core/random.ts";
import { onlineContract } from "../../src/testing/online-contract.ts";
import { readTypedEvents, typedEventsOf } from "../../src/testing/online-events.ts";

describe("memory", () => {
  for (const { name, run } of onlineContract) {
    test(name, async () => {
      await run(memoryOnline());
    });
  }
});

describe("sqlite", () => {
  for (const { name, run } of onlineContract) {
    test(name, async () => {
      const folder = await mkdtemp(join(tmpdir(), "sluice-online-"));
      const store = sqliteOnline({ path: join(folder, "online.sqlite") });
      try {
        await run(store);
      } finally {
        await store.close();
        await rm(folder, { recursive: true });
      }
    });
  }

  const withFile = async (work: (path: string) => Promise<void>): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), "sluice-online-"));
    try {
      await work(join(folder, "online.sqlite"));
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  test("events of every kind survive a reopen", () =>
    withFile(async (path) => {
      const events = [
        [2.5, 2n ** 53n + 1n, "a\0é", [-0, Number.NaN]],
        [null, null, null, null],
        [0, 0n, "", []],
      ];
      const batch = typedEventsOf(events);
      const first = sqliteOnline({ path });
      await first.appendEvents("v", batch);
      await first.close();
      const second = sqliteOnline({ path });
      expect(await readTypedEvents(second, "v", 0)).toEqual(events);
      expect(await second.appendEvents("v", batch)).toBe(0);
      await second.close();
    }));

  test("a file of a former version is read and written on, newest events too; a newer one is refused", () =>
    withFile(async (path) => {
      const former = new DatabaseSync(path);
      former.exec(`
        create table online_view (id integer primary key, name text not null unique) strict;
        create table online_event (
          view integer not null, key blob not null, event_ms real not null, id integer not null, known_ms real not null, cells blob not null,
          primary key (view, key, event_ms, id)) strict, without rowid;
        insert into online_view values (1, 'v');
        insert into online_event values
          (1, x'6b', 10, 7, 11, x'000000000000f83f00000000000000000100'), (1, x'00', 10, 9, 11, x'000000000000f83f00000000000000000101'),
          (1, x'00', 12, 8, 13, x'000000000000f83f00000000000000000101'), (1, x'00', 12, 10, 12, x'000000000000f83f00000000000000000101');`);
      former.close();
      const store = sqliteOnline({ path });
      const read = async (): Promise<unknown> => {
        const { events } = await store.readEvents("v", ["k"], 0);
        return events.map(({ ids, values, present }) => [[...ids], values, present]);
      };
      const nulls = [undefined, Uint8Array.of(0)];
      const columns = [Float64Array.of(1.5), Float64Array.of(0)].map((values) => ({ kind: "number", values }));
      expect(await read()).toEqual([[[7], columns, nulls]]);
      const [newest] = await store.readNewest(["v"], ["k", "\0"]);
      expect([newest?.ids, newest?.numbers, newest?.states].map((own) => [...(own ?? [])])).toEqual([
        [7, 8],
        [1.5, 1.5, 0, 0],
        [1, 1, 0, 1],
      ]);
      await store.appendEvents("w", typedEventsOf([[1, 2n, "three", [4]]]));
      expect(await readTypedEvents(store, "w", 0)).toEqual([[1, 2n, "three", [4]]]);
      expect(await read()).toEqual([[[7], columns, nulls]]);
      await store.close();

      const newer = new DatabaseSync(path);
      newer.exec("pragma user_version = 3");
      newer.close();
      await expect(sqliteOnline({ path }).extent("v")).rejects.toMatchObject({ code: "metadata/newer-schema" });
    }));

  test("what another process made a file of a newer version is neither written on nor read, and left as it is", () =>
    withFile(async (path) => {
      const store = sqliteOnline({ path });
      await store.appendEvents("v", typedEventsOf([[1, 2n, "three", [4]]]));
      const newer = new DatabaseSync(path);
      newer.exec("create table online_other (v integer); pragma user_version = 3");
      const refused = { code: "metadata/newer-schema", message: expect.stringContaining("restart") };
      await expect(store.appendEvents("v", typedEventsOf([[5, 6n, "seven", [8]]], 1))).rejects.toMatchObject(refused);
      await expect(store.trimEvents("v", 100, { keepLatest: true })).rejects.toMatchObject(refused);
      await expect(store.dropView("v")).rejects.toMatchObject(refused);
      const held = (): unknown => newer.prepare("select count(*) as n from online_event").get()?.["n"];
      expect(held()).toBe(1);
      const reading = async (): Promise<unknown> => await store.readEvents("v", ["k"], 0).catch(({ code }) => code);
      await vi.waitUntil(async () => (await reading()) === refused.code, { timeout: 10_000, interval: 20 });
      await store.close();
      newer.close();
    }));

  test("a signal ends the wait for another process", () =>
    withFile(async (path) => {
      const store = sqliteOnline({ path });
      await store.extent("v");
      const other = new DatabaseSync(path);
      other.exec("begin immediate");
      const signal = AbortSignal.timeout(50);
      const adding = store.appendEvents("v", typedEventsOf([[1, 2n, "three", [4]]]), { signal });
      await expect(adding).rejects.toMatchObject({ name: "TimeoutError" });
      other.close();
      expect((await store.extent("v")).newestMs).toBe(Number.NEGATIVE_INFINITY);
      await store.close();
    }));
});

test("a number set behaves as a Set", () => {
  const random = seededRandom("set");
  const ours = new NumberSet();
  const theirs = new Set<number>();
  for (let i = 0; i < 20_000; i++) {
    const value =
      (random.int(2) === 0 ? random.int(5000) : random.int(2 ** 31) * 2 ** 22) * (random.int(2) === 0 ? 1 : -1);
    expect(ours.add(value)).toBe(!theirs.has(value));
    theirs.add(value);
    if (random.int(3) > 0) continue;
    const gone = random.int(2) === 0 ? value : random.int(5000);
    ours.delete(gone);
    theirs.delete(gone);
    expect(ours.has(gone)).toBe(false);
  }
  expect(ours.size).toBe(theirs.size);
  for (const value of theirs) expect(ours.has(value)).toBe(true);
});
