import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "redis";
import { memoryOnline } from "../src/backends/memory/memory-online-store.ts";
import { postgresOnline } from "../src/backends/postgres/postgres-online-store.ts";
import { redisOnline } from "../src/backends/redis/redis-online-store.ts";
import { sqliteOnline } from "../src/backends/sqlite/sqlite-online-store.ts";
import type { OnlineStore } from "../src/contracts/online-store.ts";
import { installedPostgres, type PostgresServer, startPostgres } from "../test/support/start-postgres.ts";
import { isRedisInstalled, type RedisServer, startRedis } from "../test/support/start-redis.ts";
import { keep, withFolder } from "./measure.ts";
import { featureReads } from "./online/feature-reads.ts";
import { fieldsPerFeature } from "./online/fields-per-feature.ts";
import { medians } from "./online/medians.ts";
import { featuresOf, packedRow, readTyped, views, writePacked } from "./online/packed-features.ts";
import { report } from "./report.ts";

// 50 features in 5 views read online, of one entity and of a hundred, down to typed columns, p50: packed latest rows of a store alone, and the whole
// way of a request, whose look-ups and windows are made of events.

const bench = "online";
const entities = 10_000;
const keys = Array.from({ length: entities }, (_, i) => `entity-${i}`);

/** The entities of each request: a hundred of ten thousand, others every time. */
function asked(request: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => keys[(request * 7919 + i * 101) % entities] ?? "");
}

const reading =
  (store: OnlineStore, count: number) =>
  (request: number): Promise<number> =>
    readTyped(store, asked(request, count));

async function memory(): Promise<void> {
  const store = memoryOnline();
  await writePacked(store, keys);
  const [one = Number.NaN] = await medians([reading(store, 1)], 1000);
  const [hundred = Number.NaN] = await medians([reading(store, 100)], 40);
  report({ bench, case: "memory: 1 entity × 50 features in 5 views", value: one * 1000, unit: "µs", atMost: 10 });
  report({ bench, case: "memory: 100 × 50 in 5 views", value: hundred, unit: "ms", atMost: 0.3 });
}

async function sqlite(folder: string): Promise<void> {
  const store = sqliteOnline({ path: join(folder, "online.sqlite") });
  await writePacked(store, keys);
  const [hundred = Number.NaN] = await medians([reading(store, 100)], 40);
  report({ bench, case: "sqlite: 100 × 50 in 5 views", value: hundred, unit: "ms", atMost: 1.5 });
  await store.close();
  const online = sqliteOnline({ path: join(folder, "features.sqlite") });
  await featureReads({ bench, of: "sqlite", online, users: keys.slice(0, 2000), aims: { columns: 1.5 } });
  await online.close();
}

/** Runs work on a server, which is stopped whatever comes. */
async function withServer<S extends { stop(): Promise<void> }>(
  server: S,
  work: (server: S) => Promise<void>,
): Promise<void> {
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

async function redis(server: RedisServer): Promise<void> {
  const io = new Redis(server.port, "127.0.0.1");
  const node = createClient({ url: `redis://127.0.0.1:${server.port}` });
  await node.connect();
  const stores = [redisOnline({ client: io }), redisOnline({ client: node })] as const;
  await writePacked(stores[0], keys);
  const feast = fieldsPerFeature(io);
  await feast.write(keys, (key) => views.map((_, view) => featuresOf(key, view)));
  const packed = await readTyped(stores[0], asked(3, 100));
  if (packed !== (await feast.readPerView(asked(3, 100)))) throw new Error("the layouts answer differently");
  for (const count of [1, 100]) {
    const [ours = 0, ofNode = 0, perView = 0, perEntity = 0] = await medians(
      [
        reading(stores[0], count),
        reading(stores[1], count),
        (request) => feast.readPerView(asked(request, count)),
        (request) => feast.readPerEntity(asked(request, count)),
      ],
      count === 1 ? 100 : 25,
    );
    const what = `${count} × 50 in 5 views`;
    const atMost = count === 100 ? { atMost: 1.3 } : {};
    report({ bench, case: `redis, ioredis: ${what}`, value: ours, unit: "ms", ...atMost, baseline: perView });
    report({ bench, case: `redis, node-redis: ${what}`, value: ofNode, unit: "ms", ...atMost });
    const atLeast = count === 100 ? { atLeast: 4 } : {};
    report({
      bench,
      case: `redis: times a field a feature, HMGET a view: ${what}`,
      value: perView / ours,
      unit: "×",
      ...atLeast,
    });
    report({
      bench,
      case: `redis: times a field a feature, HMGET an entity: ${what}`,
      value: perEntity / ours,
      unit: "×",
    });
  }
  const perView = (request: number) => feast.readPerView(asked(request, 100));
  const aims = { columns: 1.3, timesBaseline: 4 };
  const users = keys.slice(0, 2000);
  await featureReads({ bench, of: "redis, ioredis", online: stores[0], users, aims, baseline: perView });
  await io.quit();
  await node.close();
}

async function postgres(server: PostgresServer): Promise<void> {
  const pool = new pg.Pool({ connectionString: server.url });
  const store = postgresOnline({ pool });
  await writePacked(store, keys);
  await pool.query("analyze online_row");
  const [one = Number.NaN] = await medians([reading(store, 1)], 40);
  const [hundred = Number.NaN] = await medians([reading(store, 100)], 40);
  report({ bench, case: "postgres: 1 × 50 in 5 views", value: one, unit: "ms" });
  report({ bench, case: "postgres: 100 × 50 in 5 views", value: hundred, unit: "ms" });
  await pool.end();
}

keep(packedRow("warm", 0).length);
await memory();
const aims = { one: 10, columns: 0.3, objects: 0.7 };
await featureReads({ bench, of: "memory", online: memoryOnline(), users: keys.slice(0, 1000), aims });
await featureReads({ bench, of: "memory", online: memoryOnline(), users: keys });
await withFolder(sqlite);
if (isRedisInstalled()) await withServer(await startRedis(["--appendfsync", "no"]), redis);
else console.error("Redis is not installed: not measured");
const programs = installedPostgres();
if (programs === null) console.error("Postgres is not installed: not measured");
else await withServer(await startPostgres(programs), postgres);
