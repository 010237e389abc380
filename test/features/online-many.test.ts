import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import pg from "pg";
import { expect, test } from "vitest";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { postgresOnline } from "../../src/backends/postgres/postgres-online-store.ts";
import { redisOnline } from "../../src/backends/redis/redis-online-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { featureService, onDemand, request, t } from "../../src/features/index.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis, describeRedisCluster } from "../support/redis-server.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { fill, history, hour, requests, service, start } from "./trips.ts";

type Input = Parameters<typeof row>[0];
const row = (input: { from: string; to: string; distance: number; when: number }) => input;

/** A store whose reads are written down. */
function watched(store: OnlineStore): { readonly store: OnlineStore; readonly reads: string[][] } {
  const reads: string[][] = [];
  return {
    reads,
    store: {
      ...store,
      readEvents: (...args) => {
        reads.push([...args[1]]);
        return store.readEvents(...args);
      },
    },
  };
}

/** Many rows at instants of their own, entities many times among them, against each read alone, cell by cell; counts the reads. */
async function manyEqualsOne(online: OnlineStore): Promise<void> {
  const { store: counting, reads } = watched(online);
  await withWorkbench(
    async (bench) => {
      const random = seededRandom("many");
      const table = history(random, 400);
      await fill(bench, table, 200);
      const { inputs, atMs } = requests(random, table, 300, start);
      reads.length = 0;
      const many = await bench.store.onlineMany(service, inputs as Input[], { atMs });
      const distinct = [inputs.map(({ from }) => from), inputs.map(({ from, to }) => `${from}/${to}`)];
      expect(reads.map((keys) => keys.length)).toEqual(distinct.map((keys) => new Set(keys).size));
      const names = service.features.map(({ name }) => name);
      expect([many.rows, many.atMs, Object.keys(many.columns)]).toEqual([300, atMs, names]);
      const rows = many.toRows();
      const seen = new Set<number>();
      for (const [i, input] of inputs.entries()) {
        const alone = await bench.store.online(service, input as Input, { atMs: atMs[i] ?? 0 });
        expect(rows[i]).toStrictEqual(alone.features);
        expect(many.row(i)).toStrictEqual(alone.features);
        for (const name of names) {
          const cell = alone.features[name as "departures.n_1h"];
          const column = many.columns[name as "departures.n_1h"];
          expect(column.statuses[i]).toBe(featureStatus[cell.status as "present"]);
          seen.add(column.statuses[i] ?? -1);
          const value = cell.status === "present" ? Number(cell.value) : Number.NaN;
          const eventTimeMs = "eventTimeMs" in cell ? cell.eventTimeMs : Number.NaN;
          const same = Object.is(column.values[i], value) && Object.is(column.eventTimeMs[i], eventTimeMs);
          if (!same) expect([i, name, column.values[i], column.eventTimeMs[i]]).toEqual([i, name, value, eventTimeMs]);
        }
      }
      expect(seen).toEqual(new Set(Object.values(featureStatus)));
    },
    { online: counting },
  );
}

test("many rows are what each read alone gives, to the bit, by one read a view: memory", async () => {
  await manyEqualsOne(memoryOnline());
});

test("many rows are what each read alone gives: SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-many-"));
  try {
    await manyEqualsOne(sqliteOnline({ path: join(folder, "online.sqlite") }));
  } finally {
    await rm(folder, { recursive: true });
  }
});

describeRedis("many rows on Redis", (server) => {
  test("are what each read alone gives", async () => {
    const client = new Redis(server().port, "127.0.0.1");
    await manyEqualsOne(redisOnline({ client }));
    await client.quit();
  });
});

describeRedisCluster("many rows on Redis Cluster", (cluster) => {
  test("are what each read alone gives", async () => {
    const client = new Cluster(cluster().nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
    await manyEqualsOne(redisOnline({ client }));
    await client.quit();
  });
});

describePostgres("many rows on Postgres", (server) => {
  test("are what each read alone gives", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    await manyEqualsOne(postgresOnline({ pool }));
    await pool.end();
  });
});

test("one reading of the clock a request, one read of the store a view, each entity once, answers in the order of the request", async () => {
  const { store: online, reads } = watched(memoryOnline());
  let readings = 0;
  const clock = manualClock(start);
  const counted = {
    nowMs: () => {
      readings++;
      return clock.nowMs();
    },
  };
  await withWorkbench(
    async (bench) => {
      await fill(bench, history(seededRandom("reads"), 60), 60);
      const inputs = ["ATL", "ORD", "ATL", "XXX"].map((from) => row({ from, to: "ORD", distance: 1, when: start }));
      await bench.store.onlineMany(service, inputs);
      [readings, reads.length] = [0, 0];
      const many = await bench.store.onlineMany(service, inputs);
      expect([readings, many.atMs]).toEqual([1, new Float64Array(4).fill(start)]);
      expect(reads).toEqual([
        ["ATL", "ORD", "XXX"],
        ["3:ATLORD", "3:ORDORD", "3:XXXORD"],
      ]);
      const later = await bench.store.onlineMany(service, inputs, { atMs: start + 3 * hour });
      const [first, second, again, nowhere] = later.toRows();
      expect(again).toStrictEqual(first);
      expect(second).not.toEqual(first);
      expect(nowhere?.["departures.last_price"]).toEqual({ status: "missing" });
      expect(readings).toBe(1);
    },
    { online, clock: counted },
  );
});

test("results keep apart: a read is not changed by the next one, nor requests of one row by each other", async () => {
  await withWorkbench(async (bench) => {
    await fill(bench, history(seededRandom("apart"), 100), 100);
    const of = (from: string) => row({ from, to: "ORD", distance: 700, when: start });
    const atMs = start + 20 * hour;
    const all = await bench.store.onlineMany(service, [of("ATL"), of("ORD")], { atMs });
    const before = all.toRows();
    const together = await Promise.all(["ATL", "ORD"].map((from) => bench.store.online(service, of(from), { atMs })));
    expect(together.map(({ features }) => features)).toStrictEqual(before);
    await bench.store.onlineMany(service, [of("11"), of("1")], { atMs });
    expect(all.toRows()).toStrictEqual(before);
    const own = Float64Array.of(atMs, atMs);
    const read = await bench.store.onlineMany(service, [of("ATL"), of("ORD")], { atMs: own });
    own.fill(0);
    expect(read.toRows()).toStrictEqual(before);
    expect(read.atMs).toEqual(Float64Array.of(atMs, atMs));
  });
});

test("texts come as texts; no rows are no rows; what cannot be is refused", async () => {
  const named = onDemand("named", {
    inputs: [request({ name: t.utf8, nick: t.utf8 })],
    features: ({ name, nick }) => ({ upper: name.upper(), same: name.eq(nick) }),
  });
  const names = featureService("names", [named]);
  await withWorkbench(async ({ store }) => {
    const inputs = [
      { name: "bé", nick: "b" },
      { name: "a", nick: "a" },
    ];
    const many = await store.onlineMany(names, inputs, { atMs: 7 });
    expect(many.columns["named.upper"]).toEqual({
      values: ["Bé", "A"],
      statuses: Uint8Array.of(1, 1),
      eventTimeMs: Float64Array.of(7, 7),
    });
    expect(many.row(1)["named.same"]).toEqual({ status: "present", value: true, eventTimeMs: 7 });
    for (const at of [2, -1, 0.5])
      expect(() => many.row(at)).toThrow(expect.objectContaining({ code: "argument/invalid" }));
    const none = await store.onlineMany(names, []);
    expect([none.rows, none.toRows(), none.columns["named.upper"].statuses.length]).toEqual([0, [], 0]);
    const wrong = store.onlineMany(names, [{ name: "a", nick: "b" }, { name: "a" } as never]);
    await expect(wrong).rejects.toMatchObject({ code: "features/invalid-input", found: 'nothing for "nick" in row 1' });
    const uneven = store.onlineMany(names, inputs, { atMs: Float64Array.of(1) });
    await expect(uneven).rejects.toMatchObject({ code: "features/invalid-input" });
    const stopped = store.onlineMany(names, inputs, { signal: AbortSignal.abort(new Error("enough")) });
    await expect(stopped).rejects.toThrow("enough");
  });
});
