import type { OnlineCallOptions, OnlineStore } from "../../contracts/online-store.ts";
import { defaultTimeoutMs, requireTimeout } from "../online/unavailable.ts";
import { dropRedisView } from "./drop-redis-view.ts";
import type { RedisClient } from "./redis-client.ts";
import { appendEvents, extentOf, readEvents } from "./redis-events.ts";
import { redisKeys } from "./redis-keys.ts";
import { readNewest } from "./redis-newest.ts";
import { packedReader, readRows, writeRows } from "./redis-rows.ts";
import { type RedisSession, redisSession } from "./redis-session.ts";
import { trimRedisEvents } from "./trim-redis-events.ts";

/** What {@link redisOnline} takes. */
export interface RedisOnlineOptions {
  /** The host's own client, connected: of `ioredis` or of `redis`, for one server or for a cluster. The store never closes it. */
  readonly client: RedisClient;
  /** What the names of all keys begin with, without braces; stores of one Redis take different ones. @default "sluice:" */
  readonly prefix?: string;
  /**
   * How long the server may leave a trip unanswered, milliseconds above 0: a large call makes many, one after another, and may take longer as a
   * whole; the signal of a call bounds that. @default 5000
   */
  readonly timeoutMs?: number;
}

/**
 * An online store in Redis (7 or newer) or Redis Cluster. The latest row of an entity in a view is one value, replaced by a script that compares
 * times; its events are a hash and a sorted set, its newest event one value more. What one entity has lies in one slot, under names that carry the view's hash.
 *
 * Atomic for each entity, not for a batch (`atomicBatches` is false, see the port): a script blocks the server, so a batch is many. How durable it is,
 * Redis' settings say (`appendonly`), so `durable` is false.
 *
 * Errors: `argument/invalid` here. From every method `store/unavailable` where the server cannot be reached or does not answer in time, after which
 * the same store works again as soon as the client does; `io/disk-full` at `maxmemory`; `io/failed` for a missing right or keys that are another's;
 * `workspace/closed`.
 *
 * @example
 * ```ts no-run
 * import { Redis } from "ioredis";
 * import { redisOnline } from "sluice/backends/redis";
 *
 * const client = new Redis("redis://localhost:6379");
 * const online = redisOnline({ client, prefix: "fraud:", timeoutMs: 200 });
 * await online.writeRows("view", [{ key: "ATL", eventTimeMs: 1, knownTimeMs: 1, bytes: Uint8Array.of(7) }]);
 * const [row] = await online.readRows("view", ["ATL"]);
 * if (row?.bytes[0] !== 7) throw new Error("lost");
 * await client.quit();
 * ```
 */
export function redisOnline(options: RedisOnlineOptions): OnlineStore {
  const keys = redisKeys(options.prefix ?? "sluice:");
  const session = redisSession(options.client, requireTimeout(options.timeoutMs ?? defaultTimeoutMs));
  const readPacked = packedReader(session);
  const until = (call: OnlineCallOptions | undefined): RedisSession => session.until(call?.signal);
  return {
    capabilities: { durable: false, atomicBatches: false },
    writeRows: (view, rows, call) => writeRows(until(call), keys, view, rows),
    readRows: (view, asked, call) => readRows(readPacked, until(call), keys, view, asked),
    appendEvents: (view, batch, call) => appendEvents(until(call), keys, view, batch),
    readEvents: (view, asked, fromMs, call) => readEvents(until(call), keys, view, asked, fromMs),
    readNewest: (views, asked, call) => readNewest(until(call), keys, views, asked),
    trimEvents: (view, beforeMs, trim) => trimRedisEvents(until(trim), keys, view, beforeMs, trim),
    dropView: (view, call) => dropRedisView(until(call), keys, view),
    extent: async (view, call) => {
      const own = until(call);
      return await own.bounded(() => extentOf(own, keys, view));
    },
    close: async () => session.close(),
  };
}
