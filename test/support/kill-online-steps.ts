import { Redis } from "ioredis";
import pg from "pg";
import { postgresOnline } from "../../src/backends/postgres/postgres-online-store.ts";
import { redisOnline } from "../../src/backends/redis/redis-online-store.ts";
import type { OnlineEventBatch, OnlineStore } from "../../src/contracts/online-store.ts";
import { seededRandom } from "../../src/core/random.ts";
import { bitsOfValues } from "./bits-of-values.ts";

/** Which of the servers a child pushes to. */
export type OnlineEngine = "redis" | "postgres";

/** A store in a place of its own, and how its client is closed. */
export interface OpenedOnline {
  readonly store: OnlineStore;
  close(): Promise<unknown>;
}

/** Opens a store on a server: `where` is the port of Redis or the URL of Postgres, `place` the prefix or schema. */
export function openOnline(engine: OnlineEngine, where: string, place: string): OpenedOnline {
  if (engine === "redis") {
    const client = new Redis(Number(where), "127.0.0.1");
    return { store: redisOnline({ client, prefix: `${place}:` }), close: () => client.quit() };
  }
  const pool = new pg.Pool({ connectionString: where, max: 2 });
  pool.on("error", () => undefined);
  return { store: postgresOnline({ pool, schema: place }), close: () => pool.end() };
}

const keys = Array.from({ length: 60 }, (_, i) => `entity ${i}`);
const steps = 30;
/** The step that ends with a trim: until then nothing is forgotten. */
export const trimmedAt = 12;
/** Events of one step; each step's ids are its own. */
export const eventsAStep = 200;

/** Pushes rows and events, late and repeated ones too, and trims twice: always the same; tells of each step that is acknowledged. */
export async function pushAll(store: OnlineStore, done: (step: number) => void): Promise<void> {
  const random = seededRandom("pushed");
  for (let step = 0; step < steps; step++) {
    const rows = keys.map((key) => {
      const eventTimeMs = step * 10 - random.int(40);
      const knownTimeMs = eventTimeMs + random.int(3);
      // The values follow from the times, so that it is no matter which of two equal rows came first.
      return { key, eventTimeMs, knownTimeMs, bytes: new TextEncoder().encode(`${key} ${eventTimeMs} ${knownTimeMs}`) };
    });
    await store.writeRows("rows", rows);
    await store.appendEvents("events", eventsOfStep(step, random.int(1000)));
    if (step === trimmedAt) await store.trimEvents("events", 60, { keepLatest: false });
    done(step);
  }
  await store.trimEvents("events", 200, { keepLatest: true });
  done(steps);
}

/** Events of a step: some of entities seen for the first time, some late, all with values of every kind. */
export function eventsOfStep(step: number, seed: number): OnlineEventBatch {
  const random = seededRandom(`${step} ${seed}`);
  const each = <T>(make: (i: number) => T): T[] => Array.from({ length: eventsAStep }, (_, i) => make(i));
  const eventTimeMs = Float64Array.from(each(() => step * 10 - random.int(100) / 2));
  return {
    keys,
    keyIndex: Int32Array.from(each(() => random.int(Math.min(keys.length, step + 5)))),
    ids: Float64Array.from(each((i) => step * eventsAStep + i)),
    eventTimeMs,
    knownTimeMs: Float64Array.from(eventTimeMs, (ms) => ms + random.int(500)),
    values: [
      { kind: "number", values: Float64Array.from(each(() => random.next() / 3)) },
      { kind: "number", values: Float64Array.from(each((i) => (i % 7 === 0 ? -0 : Number.NaN))) },
      { kind: "integer", values: BigInt64Array.from(each((i) => 2n ** 53n + BigInt(i))) },
      { kind: "text", values: each((i) => "é\0".repeat(i % 5)) },
      { kind: "numbers", values: each((i) => new Float64Array(i % 4).fill(random.next())) },
    ],
    present: [undefined, Uint8Array.from(each((i) => (i % 3 === 0 ? 1 : 0))), undefined, undefined, undefined],
  };
}

/** All that the store holds, bit for bit. */
export async function bitsOf(store: OnlineStore): Promise<string> {
  const rows = await store.readRows("rows", keys);
  const { events, keptFromMs } = await store.readEvents("events", keys, Number.NEGATIVE_INFINITY);
  return JSON.stringify({
    rows: rows.map((row) => row && [row.eventTimeMs, row.knownTimeMs, Buffer.from(row.bytes).toString()]),
    events: events.map(({ count, ids, eventTimeMs, knownTimeMs, values, present }) => [
      ...[ids, eventTimeMs, knownTimeMs].map((column) => bitsOfValues(column, count)),
      ...values.map((column) => bitsOfValues(column.values, count)),
      ...present.map((states) => states?.subarray(0, count).join("") ?? "all"),
    ]),
    keptFromMs,
    extent: await store.extent("events"),
  });
}

/** The ids that the store holds. */
export async function idsIn(store: OnlineStore): Promise<ReadonlySet<number>> {
  const { events } = await store.readEvents("events", keys, Number.NEGATIVE_INFINITY);
  return new Set(events.flatMap(({ ids, count }) => [...ids.subarray(0, count)]));
}
