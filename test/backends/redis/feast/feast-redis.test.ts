import { Cluster, Redis } from "ioredis";
import { createClient, createCluster } from "redis";
import { expect, test } from "vitest";
import { type FeastRow, feastRedis, type RedisClient } from "../../../../src/backends/redis/index.ts";
import { featureStatus } from "../../../../src/contracts/feature-reader.ts";
import { describeRedis, describeRedisCluster } from "../../../support/redis-server.ts";
import { golden, profile, stats } from "./golden.ts";

const noonMs = Date.UTC(2024, 0, 1, 12) + 123.456;
const { present, null: nulled, missing, expired } = featureStatus;

/** The rows of the golden deployment, in the order in which Feast wrote them; the third is older than the first. */
const rows: readonly FeastRow<typeof stats.keys, typeof stats.features>[] = [
  {
    key: { driver_id: 1001n },
    eventTimeMs: noonMs,
    values: {
      conv_rate: 0.25,
      acc_rate: 0.1,
      trips: 9_007_199_254_740_993n,
      name: "é",
      active: true,
      embedding: [1.5, -0],
    },
  },
  {
    key: { driver_id: 1002n },
    eventTimeMs: Date.UTC(2024, 0, 1, 9),
    values: { conv_rate: null, acc_rate: Number.NaN, trips: null, name: "", active: false, embedding: null },
  },
  {
    key: { driver_id: 1001n },
    eventTimeMs: Date.UTC(2024, 0, 1, 11),
    values: { conv_rate: 9, acc_rate: 9, trips: 9n, name: "older", active: false, embedding: null },
  },
];
const ages = [
  { key: { driver_id: 1001n }, eventTimeMs: Date.UTC(2023, 5, 1), values: { age: 44 } },
  { key: { driver_id: 1003n }, eventTimeMs: Date.UTC(2023, 5, 1), values: { age: 33 } },
];
const drivers = [1001n, 1002n, 1003n, 1004n, 1001n].map((driver_id) => ({ driver_id }));

async function dump(io: Redis): Promise<{ [key: string]: { [field: string]: string } }> {
  const found: { [key: string]: { [field: string]: string } } = {};
  for (const key of (await io.keysBuffer("*")).sort(Buffer.compare)) {
    const fields = (await io.callBuffer("HGETALL", key)) as Buffer[];
    const hex: { [field: string]: string } = {};
    for (let i = 0; i < fields.length; i += 2)
      hex[fields[i]?.toString("hex") ?? ""] = fields[i + 1]?.toString("hex") ?? "";
    found[key.toString("hex")] = hex;
  }
  return found;
}

async function restore(io: Redis): Promise<void> {
  for (const [key, fields] of Object.entries(golden.deployment))
    for (const [field, value] of Object.entries(fields))
      await io.hset(Buffer.from(key, "hex"), Buffer.from(field, "hex"), Buffer.from(value, "hex"));
}

/** Reads the golden deployment and compares it with what is in it. */
async function expectDeployment(client: RedisClient): Promise<void> {
  const feast = feastRedis({ client, project: "shop" });
  const read = await feast.read(stats, drivers, { atMs: Date.UTC(2024, 0, 2) });
  expect([...read.eventTimeMs]).toEqual([noonMs, Date.UTC(2024, 0, 1, 9), Number.NaN, Number.NaN, noonMs]);
  const { trips, embedding, acc_rate, name, active, conv_rate } = read.columns;
  expect(trips.values).toEqual([9_007_199_254_740_993n, null, undefined, undefined, 9_007_199_254_740_993n]);
  expect([...trips.statuses]).toEqual([present, nulled, missing, missing, present]);
  expect(embedding.values[0]).toStrictEqual([1.5, -0]);
  expect(acc_rate.values.slice(0, 3)).toEqual([0.1, Number.NaN, undefined]);
  expect(name.values.slice(0, 2)).toEqual(["é", ""]);
  expect([conv_rate.values[0], active.values[1], active.statuses[1]]).toEqual([0.25, false, present]);
  expect((await feast.read(profile, drivers)).columns.age.values).toEqual([44, undefined, 33, undefined, 44]);
}

describeRedis("Feast's layout in Redis", (server) => {
  const withRedis = async (work: (io: Redis) => Promise<void>): Promise<void> => {
    const io = new Redis(server().port, "127.0.0.1");
    try {
      await io.flushall();
      await work(io);
    } finally {
      await io.quit();
    }
  };

  test("what Feast wrote is read: ioredis and node-redis", async () => {
    await withRedis(async (io) => {
      await restore(io);
      await expectDeployment(io);
      for (const RESP of [2, 3] as const) {
        const node = createClient({ url: `redis://127.0.0.1:${server().port}`, RESP });
        await node.connect();
        await expectDeployment(node);
        await node.close();
      }
    });
  });

  test("what is written is byte for byte what Feast writes", async () => {
    await withRedis(async (io) => {
      const feast = feastRedis({ client: io, project: "shop" });
      expect(await feast.write(stats, rows)).toEqual({ written: 2, skipped: 1 });
      expect(await feast.write(profile, ages)).toEqual({ written: 2, skipped: 0 });
      expect(await dump(io)).toEqual(golden.deployment);
      expect(await feast.write(stats, rows)).toEqual({ written: 0, skipped: 3 });
      expect(await dump(io)).toEqual(golden.deployment);
    });
  });

  test("only newer facts are written, to the microsecond, before 1970 too; what is left out is removed", async () => {
    await withRedis(async (io) => {
      const feast = feastRedis({ client: io, project: "p", keyTtlSeconds: 60 });
      const view = { name: "v", keys: { a: "STRING", b: "INT32" }, features: { x: "DOUBLE", y: "STRING" } } as const;
      const key = { a: "k", b: -1 };
      const write = async (eventTimeMs: number, values: { x?: number; y?: string | null }) =>
        (await feast.write(view, [{ key, eventTimeMs, values }])).written;
      const times = [-6e13, -86_400_000.001, -86_400_000, -1, -0.001, 0, 0.001, 1, 268_435_456_000, noonMs, 2e14];
      for (const [i, ms] of times.entries()) {
        expect([ms, await write(ms, { x: i, y: "y" })]).toEqual([ms, 1]);
        for (const older of times.slice(0, i + 1)) expect(await write(older, { x: 99 })).toBe(0);
        const { columns, eventTimeMs } = await feast.read(view, [key], { atMs: 2e14 });
        expect([columns.x.values[0], eventTimeMs[0]]).toEqual([i, ms]);
      }
      expect(await write(2.1e14, { x: -0 })).toBe(1);
      const { columns } = await feast.read(view, [key], { atMs: 2.1e14 });
      expect([columns.x.values[0], columns.y.values[0], columns.y.statuses[0]]).toEqual([-0, undefined, missing]);
      const ttl = await io.ttl((await io.keysBuffer("*"))[0] ?? "");
      expect(ttl > 50 && ttl <= 60).toBe(true);
    });
  });

  test("concurrent writers leave the newest", async () => {
    await withRedis(async (io) => {
      const node = createClient({ url: `redis://127.0.0.1:${server().port}` });
      await node.connect();
      const writers = [io, node].map((client) => feastRedis({ client, project: "p" }));
      const order = Array.from({ length: 200 }, (_, i) => (i * 73) % 200);
      await Promise.all(
        order.map((n, i) =>
          writers[i % 2]?.write(profile, [{ key: { driver_id: 1n }, eventTimeMs: n, values: { age: n } }]),
        ),
      );
      const { columns } = await feastRedis({ client: io, project: "p" }).read(profile, [{ driver_id: 1n }]);
      expect(columns.age.values).toEqual([199]);
      await node.close();
    });
  });

  test("a TTL and the instant of the read hold", async () => {
    await withRedis(async (io) => {
      await restore(io);
      const feast = feastRedis({ client: io, project: "shop", clock: { nowMs: () => noonMs + 7_200_000 } });
      const view = { ...stats, ttlMs: 7_200_000 };
      const statusesAt = async (atMs?: number) => {
        const { columns } = await feast.read(view, drivers.slice(0, 3), atMs === undefined ? {} : { atMs });
        return [[...columns.trips.statuses], columns.acc_rate.values[0]];
      };
      expect(await statusesAt()).toEqual([[present, expired, missing], 0.1]);
      expect(await statusesAt(noonMs + 7_200_001)).toEqual([[expired, expired, missing], undefined]);
      expect(await statusesAt(noonMs)).toEqual([[present, expired, missing], 0.1]);
      expect(await statusesAt(noonMs - 1)).toEqual([[missing, expired, missing], undefined]);
    });
  });

  test("a row that cannot be written stops all of them; another type than the stored one is refused", async () => {
    await withRedis(async (io) => {
      const feast = feastRedis({ client: io, project: "shop" });
      const wrong = feast.write(profile, [...ages, { key: { driver_id: 1n }, eventTimeMs: 0, values: { age: 0.5 } }]);
      await expect(wrong).rejects.toMatchObject({ found: '0.5 for feature "driver_profile:age" in row 2' });
      expect(await io.dbsize()).toBe(0);
      await feast.write(profile, ages);
      const retyped = { ...profile, features: { age: "INT64" } } as const;
      await expect(feast.read(retyped, drivers)).rejects.toMatchObject({ code: "table/type-mismatch" });
    });
    for (const keyTtlSeconds of [0, 1.5, -1])
      expect(() => feastRedis({ client: {} as Redis, project: "p", keyTtlSeconds })).toThrow(
        expect.objectContaining({ code: "argument/invalid" }),
      );
  });
});

describeRedisCluster("Feast's layout in Redis Cluster", (cluster) => {
  test("each entity on its own node, by either client", async () => {
    const nodes = cluster().nodes.map(({ port }) => port);
    const io = new Cluster(nodes.map((port) => ({ host: "127.0.0.1", port })));
    const node = createCluster({ rootNodes: nodes.map((port) => ({ url: `redis://127.0.0.1:${port}` })) });
    await node.connect();
    const many = Array.from({ length: 300 }, (_, i) => ({
      key: { driver_id: BigInt(i) * 0x0123_4567_89ab_cdefn - 7n },
      eventTimeMs: 1,
      values: { age: i },
    })).map((row) => ({ ...row, key: { driver_id: BigInt.asIntN(64, row.key.driver_id) } }));
    const keys = many.map(({ key }) => key);
    const ages = many.map((_, i) => i);
    expect(await feastRedis({ client: node, project: "p" }).write(profile, many)).toEqual({ written: 300, skipped: 0 });
    for (const client of [io, node])
      expect((await feastRedis({ client, project: "p" }).read(profile, keys)).columns.age.values).toEqual(ages);
    await io.quit();
    await node.close();
  });
});
