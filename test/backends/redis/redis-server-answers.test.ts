import { execFileSync } from "node:child_process";
import { Cluster, Redis } from "ioredis";
import { expect, test } from "vitest";
import type { RedisClient } from "../../../src/backends/redis/redis-client.ts";
import { redisOnline } from "../../../src/backends/redis/redis-online-store.ts";
import type { OnlineStore } from "../../../src/contracts/online-store.ts";
import { onlineContract } from "../../../src/testing/online-contract.ts";
import { eventsOf } from "../../../src/testing/online-events.ts";
import { describeRedis, describeRedisCluster } from "../../support/redis-server.ts";
import { redisCommandLine } from "../../support/start-redis.ts";

const row = { key: "k", eventTimeMs: 1, knownTimeMs: 1, bytes: Uint8Array.of(1) };
/** What the guide says that the store's user needs. */
const commands = [
  ["get", "mget", "del", "eval", "evalsha", "getrange", "set", "exists", "hget", "hmget", "hset", "hsetnx", "hdel"],
  ["zadd", "zrem", "zscore", "zrangebyscore", "zrevrangebyscore", "sadd", "srem", "sscan", "unlink"],
].flat();

describeRedis("what Redis may answer", (server) => {
  const withClient = async (work: (client: Redis) => Promise<void>): Promise<void> => {
    const client = new Redis(server().port, "127.0.0.1");
    try {
      await work(client);
    } finally {
      await client.quit();
    }
  };

  test("a user with the rights that the guide lists can do all; one without is told so", () =>
    withClient(async (admin) => {
      await admin.call("ACL", "SETUSER", "online", "on", ">word", "~acl*", ...commands.map((name) => `+${name}`));
      const options = { username: "online", password: "word", enableReadyCheck: false };
      const client = new Redis(server().port, "127.0.0.1", options);
      for (const [i, { run }] of onlineContract.entries()) await run(redisOnline({ client, prefix: `acl${i}:` }));
      await expect(redisOnline({ client, prefix: "other:" }).writeRows("v", [row])).rejects.toMatchObject({
        code: "io/failed",
        message: expect.stringContaining("rights"),
      });
      client.disconnect();
    }));

  test("maxmemory is a disk that is full; reads go on, and writes when there is room again", () =>
    withClient(async (client) => {
      const store = redisOnline({ client, prefix: "full:" });
      await store.writeRows("v", [row]);
      await client.config("SET", "maxmemory", "1");
      await expect(store.writeRows("v", [{ ...row, eventTimeMs: 2 }])).rejects.toMatchObject({ code: "io/disk-full" });
      await expect(store.appendEvents("v", eventsOf(["k", 1, 1, 1, 1]))).rejects.toMatchObject({
        code: "io/disk-full",
      });
      expect((await store.readRows("v", ["k"]))[0]?.eventTimeMs).toBe(1);
      await client.config("SET", "maxmemory", "0");
      await store.writeRows("v", [{ ...row, eventTimeMs: 2 }]);
      expect((await store.readRows("v", ["k"]))[0]?.eventTimeMs).toBe(2);
    }));

  test("keys that are another's are told of, and are not touched", () =>
    withClient(async (client) => {
      const store = redisOnline({ client, prefix: "foreign:" });
      await client.set("foreign:row:v:{.k}", "hello");
      await client.set("foreign:row:w:{.k}", "a text that is long enough for a row");
      await client.set("foreign:times:v:{.k}", "hello");
      await expect(store.readRows("v", ["k"])).rejects.toMatchObject({ code: "io/failed" });
      await expect(store.readRows("w", ["k"])).rejects.toMatchObject({ code: "io/failed" });
      await expect(store.readEvents("v", ["k"], 0)).rejects.toMatchObject({ code: "io/failed" });
      expect(await client.get("foreign:times:v:{.k}")).toBe("hello");
    }));

  test("a call under way ends with its signal's reason at once; the store goes on", () =>
    withClient(async (client) => {
      const store = redisOnline({ client, prefix: "aborted:" });
      await store.appendEvents("v", eventsOf(["k", 1, 1, 1, 1]));
      const pausing = new Redis(server().port, "127.0.0.1");
      await pausing.call("CLIENT", "PAUSE", "2000", "ALL");
      const stop = new AbortController();
      const call = { signal: stop.signal };
      const calls = [
        () => store.readRows("v", ["k"], call),
        () => store.readEvents("v", ["k"], 0, call),
        () => store.extent("v", call),
        () => store.writeRows("v", [row], call),
        () => store.appendEvents("v", eventsOf(["k", 2, 2, 2, 2]), call),
        () => store.trimEvents("v", 0, { keepLatest: false, ...call }),
        () => store.dropView("v", call),
      ].map((run) => run().catch((error: unknown) => error));
      const others = store.readRows("v", ["k"]);
      const reason = new Error("enough");
      setTimeout(() => stop.abort(reason), 50);
      const startMs = performance.now();
      expect(new Set(await Promise.all(calls))).toEqual(new Set([reason]));
      expect(performance.now() - startMs).toBeLessThan(1500);
      pausing.disconnect();
      await others;
      await store.dropView("v");
      expect(await store.appendEvents("v", eventsOf(["k", 1, 1, 1, 1]))).toBe(1);
    }));

  test("the timeout is that of a trip: a read of very many entities takes as long as it takes, and ends with its signal", () =>
    withClient(async (client) => {
      const prefix = "many:";
      const patient = redisOnline({ client, prefix, timeoutMs: 60_000 });
      await patient.appendEvents("v", eventsOf(["k", 1, 1, 1, 1], ["k149999", 2, 2, 2, 2]));
      await patient.writeRows("v", [{ ...row, key: "k149999" }]);
      const keys = Array.from({ length: 150_000 }, (_, i) => `k${i}`);
      const reads: readonly ((store: OnlineStore, signal?: AbortSignal) => Promise<unknown>)[] = [
        async (store, signal) => (await store.readNewest(["v", "w"], keys, { signal }))[0]?.eventTimeMs[149_999],
        async (store, signal) => (await store.readRows("v", keys, { signal }))[149_999]?.eventTimeMs,
        async (store, signal) =>
          (await store.readEvents("v", keys.slice(-20_000), 0, { signal })).events[19_999]?.ids[0],
      ];
      for (const [i, read] of reads.entries()) {
        const startMs = performance.now();
        expect(await read(patient)).toBe([2, 1, 2][i]);
        const tookMs = performance.now() - startMs;
        expect(await read(redisOnline({ client, prefix, timeoutMs: tookMs / 3 }))).toBe([2, 1, 2][i]);
        const signal = AbortSignal.timeout(Math.ceil(tookMs / 10));
        await expect(read(patient, signal)).rejects.toMatchObject({ name: "TimeoutError" });
      }
    }));

  test("scripts that the server has forgotten are sent again", () =>
    withClient(async (client) => {
      const store = redisOnline({ client, prefix: "flushed:" });
      await store.appendEvents("v", eventsOf(["k", 1, 1, 1, 1]));
      await client.script("FLUSH");
      expect(await store.appendEvents("v", eventsOf(["k", 1, 1, 1, 1], ["k", 2, 2, 2, 2]))).toBe(1);
    }));

  test("bad options are refused when the store is made", () => {
    const client: RedisClient = { isCluster: false, callBuffer: () => Promise.reject(new Error("never called")) };
    expect(() => redisOnline({ client, prefix: "{a}" })).toThrow(/argument\/invalid.*braces/);
    for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => redisOnline({ client, timeoutMs })).toThrow(/argument\/invalid.*timeoutMs/);
  });
});

describeRedisCluster("where keys lie in Redis Cluster", (cluster) => {
  const ask = (node: number, ...words: readonly string[]): string =>
    execFileSync(redisCommandLine, ["-p", String(cluster().nodes[node]?.port), ...words]).toString();
  const keysOf = (node: number): string[] =>
    ask(node, "keys", "*")
      .split("\n")
      .filter((key) => key !== "");

  test("all that one entity has lies in one slot, entities are spread over all nodes, and a slot that moves is followed", async () => {
    const client = new Cluster(cluster().nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
    const store = redisOnline({ client });
    const keys = Array.from({ length: 30 }, (_, i) => (i === 0 ? "" : i === 1 ? "}{" : `e${i}`));
    const rows = keys.map((key) => ({ ...row, key }));
    for (const view of ["v", "w"]) {
      await store.writeRows(view, rows);
      await store.appendEvents(view, eventsOf(...keys.map((key, i) => [key, i, i, i, i] as const)));
    }
    const all = [0, 1, 2].map(keysOf);
    for (const own of all) expect(own.length).toBeGreaterThan(0);
    const slots = Map.groupBy(
      all.flat().filter((key) => key.includes("{.")),
      (key) => key.slice(key.indexOf("{")),
    );
    expect(slots.size).toBe(30);
    for (const own of slots.values()) {
      expect(own).toHaveLength(8);
      expect(new Set(own.map((key) => ask(0, "cluster", "keyslot", key))).size).toBe(1);
    }
    moveSlot("e5");
    expect((await store.readRows("v", keys)).every((found) => found?.eventTimeMs === 1)).toBe(true);
    expect(await store.appendEvents("v", eventsOf(["e5", 5, 5, 5, 5], ["e5", 100, 6, 6, 6]))).toBe(1);
    await client.quit();
  });

  /** Moves the slot of an entity to the next node, as an operator would. */
  function moveSlot(key: string): void {
    const slot = ask(0, "cluster", "keyslot", `{.${key}}`).trim();
    const ids = [0, 1, 2].map((node) => ask(node, "cluster", "myid").trim());
    const from = [0, 1, 2].find((node) => ask(node, "cluster", "countkeysinslot", slot).trim() !== "0") ?? 0;
    const to = (from + 1) % 3;
    ask(to, "cluster", "setslot", slot, "importing", ids[from] ?? "");
    ask(from, "cluster", "setslot", slot, "migrating", ids[to] ?? "");
    const moved = ask(from, "cluster", "getkeysinslot", slot, "1000")
      .split("\n")
      .filter((name) => name !== "");
    const port = String(cluster().nodes[to]?.port);
    ask(from, "migrate", "127.0.0.1", port, "", "0", "5000", "keys", ...moved);
    for (const node of [to, from]) ask(node, "cluster", "setslot", slot, "node", ids[to] ?? "");
  }
});
