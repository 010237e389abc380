import type { OnlineNewest } from "../../contracts/online-store.ts";
import { newestOfRecords } from "../online/newest-events.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { redisScripts } from "./redis-scripts.ts";
import { bytesIn, chunksOf, doubleIn, listIn, namesUnderWay, type RedisSession, runsOf } from "./redis-session.ts";

/** Newest events in one command: a few hundred microseconds, in which Redis serves nobody else. */
const newestAtOnce = 500;
/** Entities whose newest events are looked for in one script. */
const olderAtOnce = 50;

/**
 * Reads the newest events of keys in views, and then the watermarks: in one trip where commands come to the server as they are sent. Of very many keys run
 * by run, each of which may take as long as the host allows.
 */
export async function readNewest(
  session: RedisSession,
  keys: RedisKeys,
  views: readonly string[],
  asked: readonly string[],
): Promise<readonly OnlineNewest[]> {
  const found = views.map((): FoundNewest => ({ replies: [], keptFromMs: unused.keptFromMs }));
  for (const some of runsOf(asked, Math.ceil(namesUnderWay / Math.max(1, views.length)))) {
    const own = await session.bounded(() => readRun(session, keys, views, some));
    for (const [i, { replies, keptFromMs }] of own.entries()) {
      const all = found[i];
      if (all === undefined) continue;
      for (const reply of replies) all.replies.push(reply);
      all.keptFromMs = Math.max(all.keptFromMs, keptFromMs);
    }
  }
  return found.map(({ replies, keptFromMs }) => {
    const records = replies.map((reply) => (reply === null ? undefined : bytesIn(reply)));
    return newestOfRecords(records, keptFromMs);
  });
}

/** What was found in one view. */
interface FoundNewest {
  readonly replies: unknown[];
  keptFromMs: number;
}

async function readRun(
  session: RedisSession,
  keys: RedisKeys,
  views: readonly string[],
  asked: readonly string[],
): Promise<readonly { readonly replies: readonly unknown[]; readonly keptFromMs: number }[]> {
  const newest = readNames(
    session,
    views.flatMap((view) => keys.newestOf(view, asked)),
  );
  const states = session.ordered
    ? await Promise.all([newest, readStates(session, keys, views)]).then(([, own]) => own)
    : await newest.then(async () => await readStates(session, keys, views));
  const replies = await newest;
  return await Promise.all(
    views.map(async (view, i) => {
      const { isWhole, keptFromMs } = states[i] ?? unused;
      const own = replies.slice(i * asked.length, (i + 1) * asked.length);
      return { replies: isWhole ? own : await withOlder(session, keys, view, asked, own), keptFromMs };
    }),
  );
}

/** The replies, with the newest events of entities that were filled before newest events were kept: they are looked for in all events, and kept from then on. */
async function withOlder(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  asked: readonly string[],
  replies: readonly unknown[],
): Promise<readonly unknown[]> {
  const lacking = asked.filter((_, i) => replies[i] === null);
  const chunks = chunksOf([...new Set(lacking)], session.cluster ? 1 : olderAtOnce);
  const found = new Map<string, unknown>();
  await Promise.all(
    chunks.map(async (some) => {
      const names = some.flatMap((key) => [keys.times(view, key), keys.events(view, key), keys.newest(view, key)]);
      const records = listIn(await session.run(redisScripts.newestEvents, names, []));
      for (const [i, key] of some.entries()) found.set(key, records[i] ?? null);
    }),
  );
  return asked.map((key, i) => replies[i] ?? found.get(key) ?? null);
}

async function readNames(session: RedisSession, names: readonly string[]): Promise<readonly unknown[]> {
  if (session.cluster) return await Promise.all(names.map((name) => session.send(name, { name: "GET", args: [name] })));
  const replies = await Promise.all(
    chunksOf(names, newestAtOnce).map((args) => session.send(args[0] ?? "", { name: "MGET", args })),
  );
  return replies.length === 1 ? listIn(replies[0]) : replies.flatMap(listIn);
}

/** What is told of a view as a whole. */
interface ViewState {
  readonly keptFromMs: number;
  /** Whether every entity with events has its newest one kept. */
  readonly isWhole: boolean;
}

const unused: ViewState = { keptFromMs: Number.NEGATIVE_INFINITY, isWhole: true };

async function readStates(session: RedisSession, keys: RedisKeys, views: readonly string[]): Promise<ViewState[]> {
  const replies = await Promise.all(
    views.map((view) => {
      const name = keys.extent(view);
      return session.send(name, { name: "HMGET", args: [name, "from", "format", "newest"] });
    }),
  );
  return replies.map((reply) => {
    const [from, format, newest] = listIn(reply);
    return { keptFromMs: doubleIn(from) ?? unused.keptFromMs, isWhole: format !== null || newest === null };
  });
}
