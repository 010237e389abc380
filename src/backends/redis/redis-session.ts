import { Buffer } from "node:buffer";
import { SluiceError } from "../../core/errors.ts";
import { isReasonOf } from "../online/or-aborted.ts";
import { closedStore, withinTimeout } from "../online/unavailable.ts";
import { type RedisClient, type RedisCommand, redisConnection } from "./redis-client.ts";
import { redisError } from "./redis-errors.ts";
import type { RedisScript } from "./redis-scripts.ts";

/** An argument of a command. */
export type RedisArgument = string | Buffer;

/** A store's use of a host's client. */
export interface RedisSession {
  /** Whether keys lie on several servers. */
  readonly cluster: boolean;
  /** Whether commands come to the server in the order that they are sent in. */
  readonly ordered: boolean;
  /** Sends a command to the server that has `key`. */
  send(key: RedisArgument, command: RedisCommand): Promise<unknown>;
  /** Runs a script on keys of one slot; a server that does not know it is given its text. */
  run(script: RedisScript, keys: readonly RedisArgument[], args: readonly RedisArgument[]): Promise<unknown>;
  /** The outcome of one trip's work, within the time that the host allows a trip, with errors as SluiceErrors. Refused after close(). */
  bounded<T>(work: () => Promise<T>): Promise<T>;
  /** The same session, whose bounded work ends with the signal's reason as soon as that is aborted. */
  until(signal: AbortSignal | undefined): RedisSession;
  close(): void;
}

/** Makes a {@link RedisSession}. */
export function redisSession(client: RedisClient, timeoutMs: number): RedisSession {
  const connection = redisConnection(client);
  let closed = false;
  const run: RedisSession["run"] = async (script, keys, args) => {
    const rest = [String(keys.length), ...keys, ...args];
    const key = keys[0] ?? "";
    try {
      return await connection.send(key, { name: "EVALSHA", args: [script.sha, ...rest] });
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return await connection.send(key, { name: "EVAL", args: [script.lua, ...rest] });
    }
  };
  const until = (signal: AbortSignal | undefined): RedisSession => ({
    cluster: connection.cluster,
    ordered: connection.ordered,
    send: connection.send,
    run,
    bounded: async (work) => {
      if (closed) throw closedStore();
      signal?.throwIfAborted();
      try {
        return await withinTimeout("Redis", timeoutMs, work(), signal);
      } catch (error) {
        if (isReasonOf(signal, error)) throw error;
        throw redisError(error);
      }
    },
    until,
    close: () => {
      closed = true;
    },
  });
  return until(undefined);
}

/**
 * What one turn sends to be done before the next: enough to fill the way there and back, little enough (some milliseconds of the server) that
 * the last of it is not kept waiting beyond the host's time.
 */
const weightUnderWay = 2000;
/** What a command costs by itself, in rows or events. */
const commandWeight = 20;

/** Does work on each item, some at a time; `weightOf` tells how many rows or events an item is. */
export async function inGroups<T>(
  items: readonly T[],
  weightOf: (item: T) => number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let group: T[] = [];
  let weight = 0;
  for (const item of items) {
    const own = weightOf(item) + commandWeight;
    if (group.length > 0 && weight + own > weightUnderWay) {
      await Promise.all(group.map(work));
      group = [];
      weight = 0;
    }
    group.push(item);
    weight += own;
  }
  await Promise.all(group.map(work));
}

/** The items in runs of at most `size`. */
export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Names whose values are read before more are asked for: some tens of milliseconds, far below what a host allows a trip. */
export const namesUnderWay = 10_000;

/** Like {@link chunksOf}, but one empty run where there are no items. */
export function runsOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return items.length <= size ? [items] : chunksOf(items, size);
}

/** A double as eight little-endian bytes. */
export function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** The double of eight bytes; undefined for none. */
export function doubleIn(reply: unknown): number | undefined {
  if (reply === null || reply === undefined) return undefined;
  const bytes = bytesIn(reply);
  return bytes.length === 0 ? undefined : bytes.readDoubleLE(0);
}

/** A number as Redis reads it in a range. */
export function scoreText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+inf";
  return value === Number.NEGATIVE_INFINITY ? "-inf" : String(value);
}

/** The bytes of a reply. */
export function bytesIn(reply: unknown): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  throw notOurs(typeof reply);
}

/** The items of a reply. */
export function listIn(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  throw notOurs(typeof reply);
}

/** The error of a value that the store did not write, or that the client gave in another form than it was asked for. */
export function notOurs(found: string): SluiceError {
  return new SluiceError("io/failed", {
    found: `a reply of Redis that is ${found}`,
    expected: "what this store wrote, as bytes",
    fix: "Give the store a prefix of its own, and pass the client itself, not one that transforms replies.",
  });
}
