import { join } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Redis } from "ioredis";
import pg from "pg";
import { expect, test } from "vitest";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { postgresOffline } from "../../src/backends/postgres/postgres-offline-store.ts";
import { postgresOnline } from "../../src/backends/postgres/postgres-online-store.ts";
import { redisOnline } from "../../src/backends/redis/redis-online-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { seededRandom } from "../../src/core/random.ts";
import {
  count,
  entity,
  type FeatureStoreOptions,
  featureService,
  featureView,
  lastK,
  mostFrequent,
  nullable,
  t,
} from "../../src/features/index.ts";
import { cellAt } from "../../src/table/cell-at.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { takeRows } from "../../src/table/take-rows.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis } from "../support/redis-server.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

// Lists over windows, of numbers and of texts: the rule read literally, online, in training and in the replay.

const minute = 60_000;
const start = Date.UTC(2024, 0, 10);
const clicks = plainDataset(
  "clicks",
  {
    id: t.float64,
    time: t.instant,
    known: t.instant,
    user: t.utf8,
    page: nullable(t.utf8),
    price: nullable(t.float64),
  },
  { id: "id", knownTime: "known" },
);
const visit = { gap: "20m", max: "3h", keep: "2h" };
const windows = {
  pages: lastK("page", 3).over("1h"),
  visit: lastK("page", 5).session(visit),
  prices: lastK("price", 2).tumbling("1h"),
  top: mostFrequent("page", 2).over("6h"),
  top_visit: mostFrequent("page", 40).session(visit),
  top_price: mostFrequent("price", 3).tumbling("2h"),
  n: count().over("6h"),
};
const service = featureService("lists", [
  featureView("visits", {
    source: clicks,
    entities: [entity("user", { user: t.utf8 })],
    windows,
    latest: { page: "page" },
  }),
]);
// In the order of their code points, which is not that of their UTF-16 units.
const pages = ["", "A", "a", "é", "\uff5e", "😀"];
const prices = [Number.NEGATIVE_INFINITY, -1, -0, 0, 2.5, Number.NaN];

type Click = {
  readonly id: number;
  readonly time: number;
  readonly known: number;
  readonly user: string;
  readonly page: string | null;
  readonly price: number | null;
};

/** The value of a feature, read literally. */
function literal(feature: keyof typeof windows, rows: readonly Click[], user: string, at: number): unknown {
  const counted = rows
    .filter((row) => row.user === user && row.time < at && row.known <= at)
    .sort((a, b) => a.time - b.time || a.known - b.known || a.id - b.id);
  const { window, column, aggregate, k } = windows[feature];
  let held = counted;
  if (window.kind === "sawtooth")
    held = counted.filter(({ time }) => time >= Math.floor((at - window.overMs) / window.hopMs) * window.hopMs);
  else if (window.kind === "tumbling")
    held = counted.filter(({ time }) => Math.floor(time / window.sizeMs) === Math.floor(at / window.sizeMs) - 1);
  else {
    const newest = counted.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
    const cut = counted.findLastIndex(({ time }, i) => time - (counted[i - 1]?.time ?? -1e15) > window.gapMs);
    held = newest < at - window.keepMs ? [] : counted.slice(cut).filter(({ time }) => time >= newest - window.maxMs);
  }
  if (aggregate === "count") return held.length;
  const values = held.map((row) => row[column === "page" ? "page" : "price"]).filter((value) => value !== null);
  if (values.length === 0) return undefined;
  if (aggregate === "lastK") return values.slice(-(k ?? 0));
  const order: readonly unknown[] = column === "page" ? pages : prices.filter((price) => !Object.is(price, -0));
  const plain = values.map((value) => (typeof value === "number" ? value + 0 : value));
  const times = (value: unknown): number => plain.filter((other) => Object.is(other, value)).length;
  return order
    .filter((value) => times(value) > 0)
    .sort((a, b) => times(b) - times(a))
    .slice(0, k);
}

async function sameEverywhere(seed: string, replace: Partial<FeatureStoreOptions>, size: number, asked: number) {
  const random = seededRandom(seed);
  const one = <T>(values: readonly T[]): T | null =>
    random.int(6) === 0 ? null : (values[random.int(values.length)] ?? null);
  const rows: Click[] = Array.from({ length: size }, (_, id) => {
    const time = start + random.int(100) * 5 * minute;
    const known = time + (random.int(3) === 0 ? random.int(60) * minute : 0);
    return { id, time, known, user: `user ${random.int(3)}`, page: one(pages), price: one(prices) };
  });
  const table = tableFromRows(rows, clicks.columns);
  const order = random.shuffle(Array.from(rows, (_, row) => row));
  const cut = 1 + random.int(size - 1);
  const questions = Array.from({ length: asked }, () => ({
    user: `user ${random.int(4)}`,
    at: start + random.int(10 * 60) * minute,
  }));
  await withWorkbench(
    async ({ datasets, store }) => {
      await store.register(service);
      await datasets.commit(clicks, [takeRows(table, order.slice(0, cut))]);
      await store.materialize(service, { to: start + 200 * minute });
      for (let from = 0; from < size; from += 17)
        await store.push(clicks, takeRows(table, order.slice(from, from + 17)));
      await datasets.commit(clicks, [takeRows(table, order.slice(cut))]);
      const spine = tableFromRows(questions, { user: t.utf8, at: t.instant });
      const training = await store.training(service, { spine, at: "at" });
      for (const { name, type } of service.features) expect(training.table.columns[name]?.tag).toBe(type.tag);
      const values = new Map<string, unknown[]>(service.features.map(({ name }) => [name, []]));
      const statuses = new Map(service.features.map(({ name }) => [name, new Uint8Array(asked)]));
      for (const [row, { user, at }] of questions.entries()) {
        const { features } = await store.online(service, { user }, { atMs: at });
        for (const [name, cell] of Object.entries(features)) {
          const column = training.table.columns[name];
          const value = cell.status === "present" ? cell.value : undefined;
          expect([name, row, column === undefined ? undefined : (cellAt(column, row) ?? undefined)]).toEqual([
            name,
            row,
            value,
          ]);
          const feature = name.slice("visits.".length);
          if (Object.hasOwn(windows, feature))
            expect([name, row, value]).toEqual([name, row, literal(feature as keyof typeof windows, rows, user, at)]);
          values.get(name)?.push(value ?? (name === "visits.page" ? "" : []));
          const own = statuses.get(name);
          if (own !== undefined) own[row] = featureStatus[cell.status];
        }
      }
      const columns = Object.fromEntries(
        service.features.map(({ name, type }) => {
          const own = values.get(name) ?? [];
          const logged = type.tag === "f64" ? Float64Array.from(own, Number) : own;
          return [name, { values: logged as readonly string[], statuses: statuses.get(name) ?? new Uint8Array(0) }];
        }),
      );
      const inputs = questions.map(({ user }) => ({ user }));
      const logged = { inputs, atMs: Float64Array.from(questions, ({ at }) => at), columns };
      const cells = asked * service.features.length;
      expect(await store.replay(service, logged)).toEqual({ cells, different: 0, byFeature: {}, erased: 0 });
    },
    { retention: "30d", ...replace },
  );
}

test("lists over windows are the same everywhere: memory", async () => {
  for (let round = 0; round < 8; round++) await sameEverywhere(`lists ${round}`, {}, 30 + 40 * round, 60);
});

test("on SQLite online and DuckDB offline", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-lists-"));
  const online = sqliteOnline({ path: join(folder, "o.sqlite") });
  await sameEverywhere("files", { online, offline: duckdbOffline() }, 200, 60);
  await rm(folder, { recursive: true });
});

describeRedis("on Redis", (server) => {
  test("lists over windows", async () => {
    const client = new Redis(server().port, "127.0.0.1");
    await sameEverywhere("redis", { online: redisOnline({ client }) }, 200, 60);
    await client.quit();
  });
});

describePostgres("on Postgres", (server) => {
  test("lists over windows", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    await sameEverywhere("postgres", { online: postgresOnline({ pool }), offline: postgresOffline({ pool }) }, 200, 60);
    await pool.end();
  });
});
