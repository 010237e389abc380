import assert from "node:assert/strict";
import process from "node:process";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { z } from "zod";
import { type RedisClient, redisOnline } from "../../../src/backends/redis/index.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { count, entity, featureService, featureView, mean, t } from "../../../src/features/index.ts";
import { openWorkspace } from "../../../src/open-workspace.ts";
import { onlineContract } from "../../../src/testing/online-contract.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** A client of one of the packages that the store takes. */
interface Opened {
  readonly client: RedisClient;
  close(): Promise<unknown>;
}

const runtime = `${process.pid}-${process.version}`;

const clients: { readonly [name: string]: (port: number) => Promise<Opened> } = {
  ioredis: async (port) => {
    const client = new Redis(port, "127.0.0.1");
    return { client, close: () => client.quit() };
  },
  "node-redis": async (port) => {
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    await client.connect();
    return { client, close: () => client.close() };
  },
};

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const clicks = dataset("clicks", {
  schema: z.object({ id: z.number().int(), time: z.date(), user: z.string(), cost: z.number() }),
  eventTime: "time",
  id: "id",
});
const view = featureView("recent", {
  source: clicks,
  entities: [entity("user", { user: t.utf8 })],
  windows: { n: count().over("1h"), cost: mean("cost").over("1h") },
  latest: { last: "cost" },
  ttl: "30m",
});
const service = featureService("users", [view]);

/** Pushed, read within the TTL and beyond it: the bits and statuses. */
async function pushedAndRead(client: RedisClient, prefix: string, folder: string): Promise<string> {
  const online = redisOnline({ client, prefix });
  const ws = await openWorkspace({ path: folder, online, clock: manualClock(start + 200 * minute) });
  await ws.features.apply([service]);
  const rows = Array.from({ length: 100 }, (_, id) => ({
    id,
    time: new Date(start + id * minute),
    user: id % 2 === 0 ? "ann" : "bob",
    cost: 1 / (id + 3),
  }));
  await ws.features.push(clicks, rows, { to: "both" });
  await ws.features.push(clicks, rows); // again: nothing counts twice
  const atMs = Float64Array.from([99, 128, 129, 190, 99], (at) => start + at * minute);
  const inputs = ["ann", "ann", "bob", "bob", "eve"].map((user) => ({ user }));
  const { values, statuses } = await ws.features.vectors(service, inputs, { atMs });
  const { features } = await ws.features.online(service, { user: "ann" }, { atMs: start + 129 * minute });
  assert.equal(features["recent.last"].status, "expired");
  await ws.close();
  return digestOf(new Uint8Array(values.buffer)) + digestOf(statuses);
}

/** What an online store must do, and features over it, on a server that listens on a port of this machine. */
export function casesOn(port: number): readonly RuntimeCase[] {
  return Object.entries(clients).flatMap(([name, open]) => {
    const prefixOf = (what: string): string => `${runtime}:${name}:${what}:`;
    const withClient = async <R>(work: (client: RedisClient) => Promise<R>): Promise<R> => {
      const { client, close } = await open(port);
      try {
        return await work(client);
      } finally {
        await close();
      }
    };
    const contract = onlineContract.map(
      (one): RuntimeCase => ({
        name: `redis server, ${name}: ${one.name}`,
        run: () =>
          withClient(async (client) => {
            await one.run(redisOnline({ client, prefix: prefixOf(one.name) }));
            return undefined;
          }),
      }),
    );
    const features: RuntimeCase = {
      name: `redis server, ${name}: features pushed are read within their TTL, the same bits everywhere`,
      run: ({ tempDir }) => withClient((client) => pushedAndRead(client, prefixOf("features"), tempDir)),
    };
    return [...contract, features];
  });
}
