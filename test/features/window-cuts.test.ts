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
import { type Random, seededRandom } from "../../src/core/random.ts";
import {
  count,
  distinct,
  entity,
  FeatureStore,
  type FeatureStoreOptions,
  featureService,
  featureView,
  first,
  last,
  makeKernel,
  max,
  mean,
  min,
  nullable,
  quantile,
  sum,
  t,
  variance,
} from "../../src/features/index.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { takeRows } from "../../src/table/take-rows.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis } from "../support/redis-server.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2024, 0, 10);
const users = ["ann", "bob", "é"];

const clicks = plainDataset(
  "clicks",
  { id: t.float64, time: t.instant, known: t.instant, user: t.utf8, price: nullable(t.float64), page: t.int32 },
  { id: "id", knownTime: "known" },
);
const user = entity("user", { user: t.utf8 });
const open = { gap: "30m", max: "4h", keep: "30m" };
const visit = { gap: "1h", max: "3h", keep: "6h" };
const service = featureService("shop", [
  featureView("visits", {
    source: clicks,
    entities: [user],
    windows: {
      n: count().session(visit),
      n_open: count().session(open),
      spent: sum("price").session(visit),
      spread: variance("price").session(visit),
      dearest: max("price").session(open),
      pages: distinct("page").session(visit),
      entry: first("page").session(visit),
      exit: last("page").session(open),
    },
  }),
  featureView("hours", {
    source: clicks,
    entities: [user],
    knownDelay: "5m",
    windows: {
      n: count().tumbling("1h"),
      spent: mean("price").tumbling("1h"),
      cheapest: min("price").tumbling("2h", { offset: "30m" }),
      median: quantile("price", 0.5).tumbling("2h", { offset: "30m" }),
      last: last("price").tumbling("1h"),
      n_6h: count().over("6h"),
    },
    latest: { page: "page" },
  }),
]);

function history(random: Random, rows: number): Table {
  const records = Array.from({ length: rows }, (_, id) => {
    const time = start + random.int(24 * 12) * 5 * minute;
    return {
      id,
      time,
      known: time + (random.int(3) === 0 ? random.int(120) * minute : 0),
      user: users[random.int(users.length)] ?? "",
      price: random.int(6) === 0 ? null : random.int(1_000_000) / 100 / 3,
      page: random.int(7),
    };
  });
  return tableFromRows(records, clicks.columns);
}

/** Cuts a history anywhere: the first part is materialized, the rest pushed in any order, in pieces, some of them twice. */
async function fromBothSides(
  random: Random,
  table: Table,
  { store, datasets }: Parameters<Parameters<typeof withWorkbench>[0]>[0],
): Promise<void> {
  const order = random.shuffle(Array.from({ length: table.rowCount }, (_, row) => row));
  const cut = 1 + random.int(table.rowCount - 1);
  await store.register(service);
  await datasets.commit(clicks, [takeRows(table, order.slice(0, cut))]);
  await store.materialize(service, { to: start + random.int(24 * 60) * minute });
  const rest = order.slice(random.int(cut));
  for (let from = 0; from < rest.length; ) {
    const size = 1 + random.int(20);
    await store.push(clicks, takeRows(table, rest.slice(from, from + size)));
    from += size - random.int(2);
  }
  // What the materialization left out, being later than its end.
  await store.push(clicks, takeRows(table, order.slice(0, cut)));
  await datasets.commit(clicks, [takeRows(table, order.slice(cut))]);
}

/** How many cells of a random history were compared; every one is the same online, in training and in the replay. */
async function compare(seed: string, rows: number, questions: number, replace: Partial<FeatureStoreOptions>) {
  const random = seededRandom(seed);
  const table = history(random, rows);
  const inputs = Array.from({ length: questions }, () => ({ user: users[random.int(4)] ?? "nobody" }));
  const atMs = Float64Array.from(inputs, () => start + random.int(27 * 60) * minute - 1 + random.int(3));
  const statuses = new Set<number>();
  await withWorkbench(
    async (bench) => {
      await fromBothSides(random, table, bench);
      const served = await bench.store.vectors(service, inputs, { atMs });
      const cells = questions * service.features.length;
      expect(await bench.store.replay(service, { inputs, ...served })).toEqual({
        cells,
        different: 0,
        byFeature: {},
        erased: 0,
      });
      const spine = makeTable({
        ...tableFromRows([...inputs], { user: t.utf8 }).columns,
        at: { tag: "instant", values: atMs },
      });
      const training = await bench.store.training(service, { spine, at: "at" });
      training.features.forEach((feature, f) => {
        const column = training.table.columns[feature];
        for (let row = 0; row < questions; row++) {
          const at = row * served.names.length + f;
          statuses.add(served.statuses[at] ?? -1);
          const present = served.statuses[at] === featureStatus.present;
          expect(column?.states === undefined || column.states[row] === 1).toBe(present);
          if (present && !Object.is(Number(column?.values[row]), served.values[at]))
            expect({ feature, row, value: served.values[at] }).toEqual({ feature, row, value: column?.values[row] });
        }
      });
    },
    { retention: "30d", ...replace },
  );
  return statuses;
}

test("any cut between batch and stream, any order of arrival: the same bits", async () => {
  const seen = new Set<number>();
  for (let round = 0; round < 25; round++)
    for (const status of await compare(`cut ${round}`, 40 + round * 8, 80, {})) seen.add(status);
  expect([...seen].sort()).toEqual([featureStatus.present, featureStatus.null, featureStatus.missing].sort());
});

test("on SQLite online and DuckDB offline", async () => {
  for (let round = 0; round < 3; round++) {
    const folder = await mkdtemp(join(tmpdir(), "sluice-cuts-"));
    const online = sqliteOnline({ path: join(folder, "o.sqlite") });
    await compare(`files ${round}`, 150, 60, { online, offline: duckdbOffline() });
    await rm(folder, { recursive: true });
  }
});

describeRedis("on Redis", (server) => {
  test("any cut gives the same bits", async () => {
    const client = new Redis(server().port, "127.0.0.1");
    for (let round = 0; round < 3; round++)
      await compare(`redis ${round}`, 150, 60, { online: redisOnline({ client, prefix: `r${round}:` }) });
    await client.quit();
  });
});

describePostgres("on Postgres", (server) => {
  test("any cut gives the same bits", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    for (let round = 0; round < 3; round++)
      await compare(`postgres ${round}`, 150, 60, { online: postgresOnline({ pool, schema: `cut${round}` }) });
    await pool.end();
  });
});

test("what is let go online is enough for the windows: a read that it is not enough for is refused", async () => {
  const [visits] = service.views;
  if (visits?.body.kind !== "windowed") throw new Error("a windowed view expected");
  expect(Object.values(visits.body.windows).map(({ window }) => window.reachMs)).toContain(9 * hour);
  await withWorkbench(
    async ({ store, datasets, options }) => {
      const at = start + 48 * hour;
      const times = [at - 20 * hour, at - 8.5 * hour, at - 7.75 * hour, at - 7 * hour, at - 6 * hour, at - minute];
      const rows = times.map((time, id) => ({ id, time, known: time, user: "ann", price: 1, page: id }));
      rows.push({ id: 9, time: at - 2 * minute, known: at + minute, user: "ann", price: 1, page: 9 });
      await datasets.commit(clicks, [tableFromRows(rows, clicks.columns)]);
      const asked = featureService("asked", [visits]);
      await store.materialize(asked, { to: at + minute });
      // The event at T is excluded; the session before it goes back to its bound, and is kept for a minute more.
      const read = async (atMs: number) => (await store.online(asked, { user: "ann" }, { atMs })).features;
      expect(await read(at - minute)).toMatchObject({
        "visits.n": { status: "present", value: 4 },
        "visits.entry": { value: 1 },
        "visits.n_open": { value: 0 },
      });
      // The newest event is a minute old: alone, as the pause before it is longer than the gap; one known later joins it.
      expect(await read(at)).toMatchObject({ "visits.n": { value: 1 }, "visits.exit": { value: 5 } });
      expect(await read(at + minute)).toMatchObject({ "visits.n": { value: 2 }, "visits.n_open": { value: 2 } });
      await options.online.trimEvents(visits.hash, at - 9 * hour - minute, { keepLatest: false });
      expect(await read(at - minute)).toMatchObject({ "visits.n": { value: 4 } });
      await expect(read(at - minute - 1)).rejects.toMatchObject({ code: "features/not-kept" });
    },
    { retention: "1d" },
  );
});

test("a perturbed kernel constant is seen in tumbling windows", async () => {
  await withWorkbench(
    async (bench) => {
      const random = seededRandom("perturbed");
      await fromBothSides(random, history(random, 200), bench);
      const inputs = Array.from({ length: 50 }, (_, i) => ({ user: users[i % 3] ?? "" }));
      const served = await bench.store.vectors(service, inputs, {
        atMs: Float64Array.from(inputs, (_, i) => start + 6 * hour + i * 17 * minute),
      });
      const other = new FeatureStore({ ...bench.options, kernel: makeKernel({ windowOffsetMs: 600_000 }) });
      const { byFeature } = await other.replay(service, { inputs, ...served });
      expect(Object.keys(byFeature)).toEqual(expect.arrayContaining(["hours.n", "hours.median"]));
    },
    { retention: "30d" },
  );
});
