import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import pg from "pg";
import { expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { postgresOnline } from "../../src/backends/postgres/postgres-online-store.ts";
import { redisOnline } from "../../src/backends/redis/redis-online-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import type { FeatureVectors } from "../../src/contracts/feature-reader.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { seededRandom } from "../../src/core/random.ts";
import { featureService, featureView } from "../../src/features/index.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis, describeRedisCluster } from "../support/redis-server.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { history, hour, origin, requests, start, trips } from "./trips.ts";

// Views with look-ups alone are read from newest events; those that were not known yet at a row's T, from all events of the entity.

const lately = featureView("lately", {
  source: trips,
  entities: [origin],
  ttl: "3h",
  latest: { price: "price", delay: "delay", rain: "rainy" },
});
const service = featureService("lately-v1", [lately]);

/** A store that counts keys by the method that they were asked of. */
function watched(store: OnlineStore): { readonly store: OnlineStore; readonly asked: { newest: number; all: number } } {
  const asked = { newest: 0, all: 0 };
  return {
    asked,
    store: {
      ...store,
      readNewest: (...args) => {
        asked.newest += args[1].length;
        return store.readNewest(...args);
      },
      readEvents: (...args) => {
        asked.all += args[1].length;
        return store.readEvents(...args);
      },
    },
  };
}

function statusesOf({ statuses }: FeatureVectors): ReadonlySet<number> {
  return new Set(statuses);
}

/** Look-ups while rows arrive late and out of order, at instants before and after them, against history. */
async function lookUpsEqualHistory(inner: OnlineStore): Promise<void> {
  const { store: online, asked } = watched(inner);
  await withWorkbench(
    async ({ datasets, store }) => {
      const random = seededRandom("look-ups");
      const table = history(random, 300);
      await datasets.commit(trips, [table]);
      await store.register(service);
      await store.push(trips, table);
      const { inputs, atMs } = requests(random, table, 300, start);
      const froms = inputs.map(({ from }) => ({ from: String(from ?? "") }));

      const served = await store.vectors(service, froms, { atMs });
      expect(statusesOf(served)).toEqual(new Set(Object.values(featureStatus)));
      const skew = await store.replay(service, { inputs: froms, ...served });
      expect(skew).toEqual({ cells: 900, different: 0, byFeature: {}, erased: 0 });
      expect(asked).toEqual({ newest: 6, all: 5 });

      // When all has happened, what is newest is not known of every entity yet; four hours later it is.
      const last = Number(table.columns["date"]?.values[299]);
      for (const [at, all] of [
        [last, 4],
        [last + 4 * hour, 0],
      ] as const) {
        Object.assign(asked, { newest: 0, all: 0 });
        const late = await store.vectors(service, froms, { atMs: new Float64Array(300).fill(at) });
        expect((await store.replay(service, { inputs: froms, ...late })).different).toBe(0);
        expect(asked).toEqual({ newest: 6, all });
      }

      // One request is answered without columns in between: by the same cells.
      const rows = (await store.onlineMany(service, froms, { atMs })).toRows();
      for (const [i, from] of froms.entries())
        expect((await store.online(service, from, { atMs: atMs[i] ?? 0 })).features).toStrictEqual(rows[i]);
    },
    { online },
  );
}

test("look-ups are those of history: memory", async () => {
  await lookUpsEqualHistory(memoryOnline());
});

test("look-ups are those of history: SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-look-ups-"));
  try {
    await lookUpsEqualHistory(sqliteOnline({ path: join(folder, "online.sqlite") }));
  } finally {
    await rm(folder, { recursive: true });
  }
});

describeRedis("look-ups on Redis", (server) => {
  test("are those of history", async () => {
    const client = new Redis(server().port, "127.0.0.1");
    await lookUpsEqualHistory(redisOnline({ client }));
    await client.quit();
  });
});

describeRedisCluster("look-ups on Redis Cluster", (cluster) => {
  test("are those of history", async () => {
    const client = new Cluster(cluster().nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
    await lookUpsEqualHistory(redisOnline({ client }));
    await client.quit();
  });
});

describePostgres("look-ups on Postgres", (server) => {
  test("are those of history", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    await lookUpsEqualHistory(postgresOnline({ pool }));
    await pool.end();
  });
});
