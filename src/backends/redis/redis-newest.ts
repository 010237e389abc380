import type { OnlineNewest } from "../../contracts/online-store.ts";
import { newestOfRecords } from "../online/newest-events.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { bytesIn, chunksOf, doubleIn, listIn, type RedisSession } from "./redis-session.ts";

/** Newest events in one command: a few hundred microseconds, in which Redis serves nobody else. */
const newestAtOnce = 500;

/** Reads the newest events of keys in views, and then the watermarks: in one trip where commands come to the server as they are sent. */
export async function readNewest(
  session: RedisSession,
  keys: RedisKeys,
  views: readonly string[],
  asked: readonly string[],
): Promise<readonly OnlineNewest[]> {
  const names = views.flatMap((view) => keys.newestOf(view, asked));
  const { replies, kept } = await session.bounded(async () => {
    const newest = readNames(session, names);
    if (!session.ordered) return { replies: await newest, kept: await readWatermarks(session, keys, views) };
    const [own, watermarks] = await Promise.all([newest, readWatermarks(session, keys, views)]);
    return { replies: own, kept: watermarks };
  });
  return views.map((_, i) => {
    const own = replies.slice(i * asked.length, (i + 1) * asked.length);
    const records = own.map((reply) => (reply === null ? undefined : bytesIn(reply)));
    return newestOfRecords(records, kept[i] ?? Number.NEGATIVE_INFINITY);
  });
}

async function readNames(session: RedisSession, names: readonly string[]): Promise<readonly unknown[]> {
  if (session.cluster) return await Promise.all(names.map((name) => session.send(name, { name: "GET", args: [name] })));
  const replies = await Promise.all(
    chunksOf(names, newestAtOnce).map((args) => session.send(args[0] ?? "", { name: "MGET", args })),
  );
  return replies.length === 1 ? listIn(replies[0]) : replies.flatMap(listIn);
}

async function readWatermarks(
  session: RedisSession,
  keys: RedisKeys,
  views: readonly string[],
): Promise<readonly number[]> {
  const replies = await Promise.all(
    views.map((view) => {
      const name = keys.extent(view);
      return session.send(name, { name: "HMGET", args: [name, "from"] });
    }),
  );
  return replies.map((reply) => doubleIn(listIn(reply)[0]) ?? Number.NEGATIVE_INFINITY);
}
