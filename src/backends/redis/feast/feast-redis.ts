import { type Clock, systemClock } from "../../../core/clock.ts";
import { SluiceError } from "../../../core/errors.ts";
import { defaultTimeoutMs, requireTimeout } from "../../online/unavailable.ts";
import type { RedisClient } from "../redis-client.ts";
import { redisSession } from "../redis-session.ts";
import { readFeast } from "./read-feast.ts";
import type { FeastKey, FeastKeyType, FeastRead, FeastRow, FeastTypes, FeastView } from "./feast-types.ts";
import { writeFeast } from "./write-feast.ts";

/** What {@link feastRedis} takes. */
export interface FeastRedisOptions {
  /** The host's own client, connected: of `ioredis` or of `redis`, for one server or for a cluster, without a key prefix. Never closed here. */
  readonly client: RedisClient;
  /** The project of the Feast deployment, as in its `feature_store.yaml`. */
  readonly project: string;
  /** As `key_ttl_seconds` of the deployment: how long an entity lives after a write of any of its views, whole seconds above 0. @default for ever */
  readonly keyTtlSeconds?: number;
  /** How long a read, or each command of a write, may go unanswered, milliseconds above 0. @default 5000 */
  readonly timeoutMs?: number;
  /** @default the system's clock */
  readonly clock?: Clock;
}

/** The online features of a Feast deployment on Redis. */
export interface FeastRedis {
  /**
   * Reads a view's features of some entities, each entity once, in order. A cell is `missing` where Redis holds nothing of it, or only facts
   * from after T; `null` where Feast stored a value without content; `expired` where the facts are older than `ttlMs`.
   * Errors: `features/invalid-input` (a key), `table/type-mismatch`, `store/unavailable`, `io/failed`.
   */
  read<K extends FeastTypes<FeastKeyType>, F extends FeastTypes>(
    view: FeastView<K, F>,
    keys: readonly FeastKey<K>[],
    options?: { readonly atMs?: number },
  ): Promise<FeastRead<F>>;
  /**
   * Writes rows of a view, each where its facts are newer than what is stored (of equal times the first stays), compared and written by
   * one script. Answers how many were written and how many were not.
   * Errors: `features/invalid-input` naming the row, before anything is written; `store/unavailable`, `io/failed`, `io/disk-full`.
   */
  write<K extends FeastTypes<FeastKeyType>, F extends FeastTypes>(
    view: FeastView<K, F>,
    rows: readonly FeastRow<K, F>[],
  ): Promise<{ readonly written: number; readonly skipped: number }>;
}

/**
 * Reads and writes online features in Feast's own Redis layout (entity keys of version 3), beside or instead of a Feast server: a hash an
 * entity, a field a feature. What Feast wrote is read here, and what is written here, Feast reads.
 *
 * Errors: `argument/invalid` for options.
 *
 * @example
 * ```ts no-run
 * import { Redis } from "ioredis";
 * import { feastRedis } from "sluice/backends/redis";
 *
 * const feast = feastRedis({ client: new Redis("redis://localhost:6379"), project: "rides" });
 * const stats = { name: "driver_stats", keys: { driver_id: "INT64" }, features: { conv_rate: "FLOAT", trips: "INT64" } } as const;
 * await feast.write(stats, [{ key: { driver_id: 1001n }, eventTimeMs: Date.now(), values: { conv_rate: 0.5, trips: 12n } }]);
 * const { columns } = await feast.read(stats, [{ driver_id: 1001n }]);
 * console.log(columns.trips.values[0]); // 12n
 * ```
 */
export function feastRedis(options: FeastRedisOptions): FeastRedis {
  const session = redisSession(options.client, requireTimeout(options.timeoutMs ?? defaultTimeoutMs));
  const { project, keyTtlSeconds, clock = systemClock } = options;
  if (keyTtlSeconds !== undefined && !(Number.isSafeInteger(keyTtlSeconds) && keyTtlSeconds > 0)) {
    throw new SluiceError("argument/invalid", {
      found: `keyTtlSeconds ${keyTtlSeconds}`,
      expected: "whole seconds above 0",
      fix: "Leave it out to keep entities for ever.",
    });
  }
  return {
    read: async (view, keys, { atMs = clock.nowMs() } = {}) => await readFeast(session, project, view, keys, atMs),
    write: async (view, rows) => await writeFeast(session, project, view, rows, keyTtlSeconds),
  };
}
