import { setTimeout as wait } from "node:timers/promises";
import { Cluster, Redis } from "ioredis";
import pg from "pg";
import { createClient, createCluster } from "redis";
import { expect, test } from "vitest";
import { postgresOnline } from "../../src/backends/postgres/postgres-online-store.ts";
import type { RedisClient } from "../../src/backends/redis/redis-client.ts";
import { redisOnline } from "../../src/backends/redis/redis-online-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { bitsOf, pushAll } from "../support/kill-online-steps.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis, describeRedisCluster } from "../support/redis-server.ts";
import type { RedisServer } from "../support/start-redis.ts";

const timeoutMs = 400;
/** What the machine itself may add to a timeout. */
const slackMs = 600;

/** A server that goes away and comes back. */
interface Stoppable {
  signal(name: NodeJS.Signals): void;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Reads until the server is gone; answers with the error and how long that read took. */
async function firstFailure(
  read: () => Promise<unknown>,
): Promise<{ readonly error: unknown; readonly tookMs: number }> {
  for (;;) {
    const start = performance.now();
    try {
      await read();
    } catch (error) {
      return { error, tookMs: performance.now() - start };
    }
  }
}

/** Reads until it works again, at most ten seconds; every error meanwhile is clear and in time. */
async function untilBack(read: () => Promise<string>): Promise<string> {
  const start = performance.now();
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isSluiceError(error, "store/unavailable") || performance.now() - start > 10_000) throw error;
      await wait(50);
    }
  }
}

/** Stopped or killed under reads: a clear error within the timeout; the same store reads the same bits when the server is back. */
async function outage(store: OnlineStore, server: Stoppable): Promise<void> {
  await pushAll(store, () => undefined);
  const whole = await bitsOf(store);
  const fails = async (away: () => Promise<void> | void): Promise<void> => {
    const readers = [0, 1, 2, 3].map(() => firstFailure(() => bitsOf(store)));
    await wait(30);
    await away();
    for (const { error, tookMs } of await Promise.all(readers)) {
      expect(error).toMatchObject({ name: "SluiceError", code: "store/unavailable" });
      // A read of everything is three calls.
      expect(tookMs).toBeLessThan(3 * timeoutMs + slackMs);
    }
    const start = performance.now();
    const asked = Array.from({ length: 60 }, (_, i) => `entity ${i}`);
    const older = asked.map((key) => ({ key, eventTimeMs: -1e9, knownTimeMs: 0, bytes: new Uint8Array(1) }));
    await expect(store.writeRows("rows", older)).rejects.toMatchObject({ code: "store/unavailable" });
    await expect(store.readRows("rows", asked)).rejects.toMatchObject({ code: "store/unavailable" });
    expect(performance.now() - start).toBeLessThan(2 * timeoutMs + slackMs);
  };
  await fails(() => server.signal("SIGSTOP"));
  server.signal("SIGCONT");
  expect(await untilBack(() => bitsOf(store))).toBe(whole);
  await fails(() => server.kill());
  await server.restart();
  expect(await untilBack(() => bitsOf(store))).toBe(whole);
  await pushAll(store, () => undefined);
  expect(await bitsOf(store)).toBe(whole);
}

const withTimeout = { timeout: 60_000 };
let prefixes = 0;
const storeOn = (client: RedisClient): OnlineStore =>
  redisOnline({ client, prefix: `outage-${prefixes++}:`, timeoutMs });

describeRedis("Redis goes away mid-read", (server) => {
  test("ioredis", withTimeout, async () => {
    const client = new Redis(server().port, "127.0.0.1");
    client.on("error", () => undefined);
    await outage(storeOn(client), server());
    await client.quit();
  });

  test("node-redis", withTimeout, async () => {
    const client = createClient({ url: `redis://127.0.0.1:${server().port}` });
    client.on("error", () => undefined);
    await client.connect();
    await outage(storeOn(client), server());
    await client.close();
  });
});

describeRedisCluster("a node of Redis Cluster goes away mid-read", (cluster) => {
  const second = (): RedisServer => {
    const node = cluster().nodes[1];
    if (node === undefined) throw new Error("no second node");
    return node;
  };

  test("ioredis", withTimeout, async () => {
    const client = new Cluster(cluster().nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
    client.on("error", () => undefined);
    await outage(storeOn(client), second());
    await client.quit();
  });

  test("node-redis", withTimeout, async () => {
    const rootNodes = cluster().nodes.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` }));
    const client = createCluster({ rootNodes });
    client.on("error", () => undefined);
    await client.connect();
    await outage(storeOn(client), second());
    await client.close();
  });
});

describePostgres("Postgres goes away mid-read", (server) => {
  test("pg", withTimeout, async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    pool.on("error", () => undefined);
    await outage(postgresOnline({ pool, schema: "outage", timeoutMs }), server());
    await pool.end();
  });
});
