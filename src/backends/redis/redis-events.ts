import { Buffer } from "node:buffer";
import type { OnlineEventBatch, OnlineEvents, OnlineExtent, OnlineRead } from "../../contracts/online-store.ts";
import { packRecords, unpackRecords } from "../online/event-records.ts";
import { type Claim, claimIds, sortableId } from "./redis-claims.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { redisScripts } from "./redis-scripts.ts";
import {
  bytesIn,
  chunksOf,
  doubleBytes,
  doubleIn,
  inGroups,
  listIn,
  type RedisArgument,
  type RedisSession,
  runsOf,
  scoreText,
} from "./redis-session.ts";

/** Events in one script, and entities in one: some milliseconds, in which Redis serves nobody else. */
const eventsAtOnce = 500;
const entitiesAtOnce = 25;
const namesAtOnce = 1000;
/** Entities whose events are read before more are asked for. */
const entitiesUnderWay = 1000;

const none = Number.NEGATIVE_INFINITY;

/**
 * Adds events, a script for each entity. The view is told of the entities before, so that no event is unknown to a trim after a crash, and once
 * more after, since a trim that finds an entity empty strikes it off.
 */
export async function appendEvents(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  batch: OnlineEventBatch,
): Promise<number> {
  if (batch.ids.length === 0) return 0;
  await announce(session, keys, view, batch);
  const claims = Array.from(batch.ids, (id, item): Claim => ({ id, key: batch.keys[batch.keyIndex[item] ?? 0] ?? "" }));
  const own = await claimIds(session, keys, view, claims);
  const records = packRecords(batch);
  const chunks = [...itemsByKey(batch, own)].flatMap(([key, items]) =>
    chunksOf(items, eventsAtOnce).map((some) => ({ key: batch.keys[key] ?? "", items: some })),
  );
  let added = 0;
  await inGroups(
    chunks,
    ({ items }) => items.length,
    async ({ key, items }) => {
      const names = [keys.times(view, key), keys.events(view, key), keys.newest(view, key)];
      const args = items.flatMap((item): RedisArgument[] => {
        const record = records[item] ?? new Uint8Array(0);
        const packed = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
        return [sortableId(batch.ids[item] ?? 0), scoreText(batch.eventTimeMs[item] ?? 0), packed];
      });
      const reply = await session.bounded(() => session.run(redisScripts.appendEvents, names, args));
      added += Number(reply);
    },
  );
  await announce(session, keys, view, batch);
  return added;
}

/** The events by entity whose ids are their own, each id once. */
function itemsByKey(batch: OnlineEventBatch, ids: ReadonlySet<number>): Map<number, number[]> {
  const items = new Map<number, number[]>();
  const seen = new Set<number>();
  for (let item = 0; item < batch.ids.length; item++) {
    const key = batch.keyIndex[item] ?? 0;
    const id = batch.ids[item] ?? Number.NaN;
    if (seen.has(id) || !ids.has(id)) continue;
    seen.add(id);
    const own = items.get(key);
    if (own === undefined) items.set(key, [item]);
    else own.push(item);
  }
  return items;
}

async function announce(session: RedisSession, keys: RedisKeys, view: string, batch: OnlineEventBatch): Promise<void> {
  const times = batch.eventTimeMs.subarray(0, batch.ids.length);
  const oldest = doubleBytes(times.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY));
  const newest = doubleBytes(times.reduce((most, ms) => Math.max(most, ms), none));
  const names = [keys.extent(view), keys.entities(view)];
  await inGroups(
    chunksOf(batch.keys, namesAtOnce),
    (some) => some.length,
    async (some) => {
      await session.bounded(() => session.run(redisScripts.announce, names, [oldest, newest, ...some]));
    },
  );
}

/** Reads events of distinct keys once, and the watermark in the same script or, in a cluster, after them. */
export async function readEvents(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  asked: readonly string[],
  fromMs: number,
): Promise<OnlineRead> {
  const distinct = [...new Set(asked)];
  const namesOf = (some: readonly string[]): string[] =>
    some.flatMap((key) => [keys.times(view, key), keys.events(view, key)]);
  const read = (names: readonly string[], withExtent: "0" | "1"): Promise<unknown> =>
    session.run(redisScripts.readEvents, names, [scoreText(fromMs), withExtent]);
  const readRun = async (
    run: readonly string[],
  ): Promise<{ readonly replies: readonly unknown[]; readonly from: number }> => {
    if (session.cluster) {
      const own = await Promise.all(run.map((key) => read(namesOf([key]), "0")));
      return { replies: own.flatMap(listIn), from: (await extentOf(session, keys, view)).keptFromMs };
    }
    const chunks = runsOf(run, entitiesAtOnce);
    const answers = await Promise.all(chunks.map((some) => read([...namesOf(some), keys.extent(view)], "1")));
    const lists = answers.map(listIn);
    return {
      replies: lists.flatMap((list) => list.slice(0, -1)),
      from: lists.reduce((most: number, list) => Math.max(most, doubleIn(list.at(-1)) ?? none), none),
    };
  };
  const replies: unknown[] = [];
  let keptFromMs = none;
  for (const run of runsOf(distinct, entitiesUnderWay)) {
    const own = await session.bounded(() => readRun(run));
    for (const reply of own.replies) replies.push(reply);
    keptFromMs = Math.max(keptFromMs, own.from);
  }
  const found = distinct.map((_, i) => unpackRecords(Number(replies[2 * i]), bytesIn(replies[2 * i + 1])));
  const at = new Map(distinct.map((key, i) => [key, i]));
  return { events: asked.map((key) => found[at.get(key) ?? -1] ?? noEvents), keptFromMs };
}

const noEvents: OnlineEvents = unpackRecords(0, new Uint8Array(0));

/** What is held of a view; to be called within {@link RedisSession.bounded}. */
export async function extentOf(session: RedisSession, keys: RedisKeys, view: string): Promise<OnlineExtent> {
  const reply = listIn(await session.run(redisScripts.readExtent, [keys.extent(view)], []));
  return {
    keptFromMs: doubleIn(reply[0]) ?? none,
    oldestMs: doubleIn(reply[1]) ?? Number.POSITIVE_INFINITY,
    newestMs: doubleIn(reply[2]) ?? none,
  };
}
