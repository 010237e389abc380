import { join } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Redis } from "ioredis";
import pg from "pg";
import { expect, test } from "vitest";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { postgresOnline } from "../../src/backends/postgres/postgres-online-store.ts";
import { redisOnline } from "../../src/backends/redis/redis-online-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import { featureStatus } from "../../src/contracts/feature-reader.ts";
import { seededRandom } from "../../src/core/random.ts";
import {
  count,
  FeatureStore,
  type FeatureStoreOptions,
  featureService,
  featureView,
  makeKernel,
  mean,
} from "../../src/features/index.ts";
import { takeRows } from "../../src/table/take-rows.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis } from "../support/redis-server.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { fill, history, hour, origin, requests, service, spineOf, start, trips } from "./trips.ts";

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
    expect(skew).toEqual({ cells: questions * service.features.length, different: 0, byFeature: {}, erased: 0 });

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

describeRedis("on Redis", (server) => {
  test("batch = online = replay", async () => {
    const client = new Redis(server().port, "127.0.0.1");
    await batchEqualsOnline({ online: redisOnline({ client }) }, 4000, 1500);
    await client.quit();
  });
});

describePostgres("on Postgres", (server) => {
  test("batch = online = replay", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    await batchEqualsOnline({ online: postgresOnline({ pool }) }, 4000, 1500);
    await pool.end();
  });
});
