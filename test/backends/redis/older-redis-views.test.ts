import { Cluster, Redis } from "ioredis";
import { expect, test } from "vitest";
import { redisOnline } from "../../../src/backends/redis/redis-online-store.ts";
import type { OnlineEventBatch, OnlineStore } from "../../../src/contracts/online-store.ts";
import { describeRedis, describeRedisCluster } from "../../support/redis-server.ts";

// What was filled before newest events were kept has none of them, and no format in its extent.

type Row = readonly [key: string, id: number, eventTimeMs: number, knownTimeMs: number];

function batchOf(rows: readonly Row[]): OnlineEventBatch {
  const keys = [...new Set(rows.map(([key]) => key))];
  return {
    keys,
    keyIndex: Int32Array.from(rows, ([key]) => keys.indexOf(key)),
    ids: Float64Array.from(rows, ([, id]) => id),
    eventTimeMs: Float64Array.from(rows, ([, , ms]) => ms),
    knownTimeMs: Float64Array.from(rows, ([, , , ms]) => ms),
    values: [{ kind: "numbers", values: rows.map(([, id]) => Float64Array.of(id)) }],
    present: [undefined],
  } as OnlineEventBatch;
}

const rows: readonly Row[] = [
  ["a", 1, 10, 10],
  ["a", 2, 30, 31],
  ["a", 3, 30, 32],
  ["a", 4, 30, 32],
  ["b", 5, -5, 0],
];

/** Ids of the newest events by key; NaN where there is none. */
async function newestIds(store: OnlineStore, keys: readonly string[]): Promise<readonly number[]> {
  const [newest] = await store.readNewest(["v", "unused"], keys);
  return keys.map((_, i) => (Number.isNaN(newest?.eventTimeMs[i]) ? Number.NaN : (newest?.ids[i] ?? -1)));
}

async function makeOld(client: Redis | Cluster, prefix: string): Promise<void> {
  for (const key of ["a", "b"]) await client.call("DEL", `${prefix}newest1:v:{.${key}}`);
  await client.call("HDEL", `${prefix}extent:{v}`, "format");
}

async function readsOn(client: Redis | Cluster): Promise<void> {
  const store = redisOnline({ client, prefix: "old:" });
  await store.appendEvents("v", batchOf(rows));
  await makeOld(client, "old:");
  expect(await newestIds(store, ["b", "none", "a", "b"])).toEqual([5, Number.NaN, 4, 5]);
  // It is kept from now on.
  expect(await client.call("EXISTS", "old:newest1:v:{.a}")).toBe(1);
  expect(await client.call("EXISTS", "old:newest1:v:{.none}")).toBe(0);

  // A late event, pushed before anything was read, is not taken for the newest.
  await makeOld(client, "old:");
  await store.appendEvents(
    "v",
    batchOf([
      ["a", 9, 20, 20],
      ["b", 8, 7, 7],
    ]),
  );
  expect(await newestIds(store, ["a", "b"])).toEqual([4, 8]);
  // Pushed again, what is there already is the newest none the less.
  await makeOld(client, "old:");
  await store.appendEvents("v", batchOf(rows.slice(0, 1)));
  expect(await client.call("EXISTS", "old:newest1:v:{.a}")).toBe(1);
  expect(await newestIds(store, ["a", "b"])).toEqual([4, 8]);

  // A view that is dropped and filled anew is one of the new format: nobody is looked for in vain.
  await store.dropView("v");
  await store.appendEvents("v", batchOf(rows));
  expect(await client.call("HGET", "old:extent:{v}", "format")).toBe("2");
  await client.call("DEL", "old:newest1:v:{.a}");
  expect(await newestIds(store, ["a", "b"])).toEqual([Number.NaN, 5]);
  await store.close();
}

describeRedis("views of an older format in Redis", (server) => {
  test("are read, and pushed to, as they stand", async () => {
    const client = new Redis(server().port, "127.0.0.1");
    await readsOn(client);
    await client.quit();
  });
});

describeRedisCluster("views of an older format in Redis Cluster", (cluster) => {
  test("are read, and pushed to, as they stand", async () => {
    const client = new Cluster(cluster().nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
    await readsOn(client);
    await client.quit();
  });
});
