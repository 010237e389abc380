import { claimBuckets } from "./redis-claims.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { redisScripts } from "./redis-scripts.ts";
import { bytesIn, doubleBytes, inGroups, listIn, type RedisSession } from "./redis-session.ts";

/** Forgets all of a view, entity by entity: first that it is whole, last that it ever was. */
export async function dropRedisView(session: RedisSession, keys: RedisKeys, view: string): Promise<void> {
  const extent = [keys.extent(view)];
  const gone = doubleBytes(Number.POSITIVE_INFINITY);
  await session.bounded(() => session.run(redisScripts.raiseWatermark, extent, [gone, gone]));
  await dropListed(session, keys.entities(view), (key) => [
    keys.times(view, key),
    keys.events(view, key),
    keys.newest(view, key),
  ]);
  await dropListed(session, keys.rowEntities(view), (key) => keys.rows(view, [key]));
  const buckets = Array.from({ length: claimBuckets }, (_, bucket) => keys.ids(view, bucket));
  await inGroups(
    buckets,
    () => 1,
    async (bucket) => {
      await session.bounded(() => session.run(redisScripts.unlink, [bucket], []));
    },
  );
  await session.bounded(() => session.run(redisScripts.unlink, extent, []));
}

/** Deletes what each entity on a list has, and strikes it off. */
async function dropListed(
  session: RedisSession,
  list: string,
  namesOf: (key: string) => readonly string[],
): Promise<void> {
  let cursor = "0";
  do {
    const from = cursor;
    const reply = await session.bounded(() => session.run(redisScripts.scanEntities, [list], [from]));
    const [next, members] = listIn(reply);
    cursor = bytesIn(next).toString();
    const found = listIn(members).map((member) => bytesIn(member).toString());
    await inGroups(
      found,
      () => 1,
      async (key) => {
        await session.bounded(() => session.run(redisScripts.unlink, namesOf(key), []));
      },
    );
    if (found.length > 0)
      await session.bounded(() => session.run(redisScripts.markEntities, [list], ["SREM", ...found]));
  } while (cursor !== "0");
}
