import { claimBuckets } from "./redis-claims.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { redisScripts } from "./redis-scripts.ts";
import { bytesIn, chunksOf, doubleBytes, inGroups, listIn, type RedisSession } from "./redis-session.ts";

/** Names in one command. */
const bucketsAtOnce = 1000;

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
    chunksOf(buckets, session.cluster ? 1 : bucketsAtOnce),
    (some) => some.length,
    async (some) => {
      await session.bounded(() => session.run(redisScripts.unlink, some, []));
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
