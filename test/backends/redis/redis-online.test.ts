import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster } from "redis";
import { describe, expect, test } from "vitest";
import type { RedisClient } from "../../../src/backends/redis/redis-client.ts";
import { redisOnline } from "../../../src/backends/redis/redis-online-store.ts";
import { onlineContract } from "../../../src/testing/online-contract.ts";
import { describeRedis, describeRedisCluster, type RedisCluster } from "../../support/redis-server.ts";
import type { RedisServer } from "../../support/start-redis.ts";

/** A client of the host and how it is closed. */
interface Opened {
  readonly client: RedisClient;
  close(): Promise<unknown>;
}

let prefixes = 0;
const ownPrefix = (): string => `test-${prefixes++}:`;

/** Runs the port's suite on one client, each case under a prefix of its own. */
function contractOn(name: string, open: () => Promise<Opened>): void {
  describe(name, () => {
    for (const { name, run } of onlineContract) {
      test(name, async () => {
        const { client, close } = await open();
        const store = redisOnline({ client, prefix: ownPrefix() });
        try {
          await run(store);
          await store.close();
          await expect(store.extent("v")).rejects.toMatchObject({ code: "workspace/closed" });
        } finally {
          await close();
        }
      });
    }
  });
}

async function ofIoredis({ port }: RedisServer): Promise<Opened> {
  const client = new Redis(port, "127.0.0.1");
  return { client, close: () => client.quit() };
}

async function ofNodeRedis({ port }: RedisServer, RESP: 2 | 3): Promise<Opened> {
  const client = createClient({ url: `redis://127.0.0.1:${port}`, RESP });
  client.on("error", () => undefined);
  await client.connect();
  return { client, close: () => client.close() };
}

describeRedis("Redis", (server) => {
  contractOn("ioredis", () => ofIoredis(server()));
  contractOn("ioredis, numbers as text, with a prefix of its own", async () => {
    const client = new Redis(server().port, "127.0.0.1", { stringNumbers: true, keyPrefix: "host:" });
    return { client, close: () => client.quit() };
  });
  contractOn("node-redis, RESP 2", () => ofNodeRedis(server(), 2));
  contractOn("node-redis, RESP 3", () => ofNodeRedis(server(), 3));
  contractOn("a pool of node-redis", async () => {
    const client = createClientPool({ url: `redis://127.0.0.1:${server().port}` });
    client.on("error", () => undefined);
    await client.connect();
    return { client, close: () => client.close() };
  });
});

function ofIoredisCluster({ nodes }: RedisCluster): Opened {
  const client = new Cluster(nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
  return { client, close: () => client.quit() };
}

describeRedisCluster("Redis Cluster of three", (cluster) => {
  contractOn("ioredis", async () => ofIoredisCluster(cluster()));
  contractOn("node-redis", async () => {
    const client = createCluster({
      rootNodes: cluster().nodes.map(({ port }) => ({ url: `redis://127.0.0.1:${port}` })),
    });
    client.on("error", () => undefined);
    await client.connect();
    return { client, close: () => client.close() };
  });
});
