import type { TrimOptions } from "../../contracts/online-store.ts";
import { releaseIds } from "./redis-claims.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { redisScripts } from "./redis-scripts.ts";
import { bytesIn, doubleBytes, inGroups, listIn, type RedisSession, scoreText } from "./redis-session.ts";

/** Events that one script forgets at most: about a millisecond, in which Redis serves nobody else. */
const forgottenAtOnce = 250;

/** Forgets the events of a view before an instant, entity by entity, once the watermark is raised. */
export async function trimRedisEvents(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  beforeMs: number,
  { keepLatest, unlessNewerMs = Number.POSITIVE_INFINITY }: TrimOptions,
): Promise<void> {
  const raised = doubleBytes(beforeMs);
  const bounds = [raised, doubleBytes(unlessNewerMs)];
  const may = await session.bounded(() => session.run(redisScripts.raiseWatermark, [keys.extent(view)], bounds));
  if (Number(may) === 0) return;
  const args = [scoreText(beforeMs), raised, keepLatest ? "1" : "0", String(forgottenAtOnce)];
  let cursor = "0";
  do {
    const from = cursor;
    const scan = redisScripts.scanEntities;
    const [next, members] = listIn(await session.bounded(() => session.run(scan, [keys.entities(view)], [from])));
    cursor = bytesIn(next).toString();
    const emptied: string[] = [];
    await inGroups(
      listIn(members),
      () => forgottenAtOnce,
      async (member) => {
        const key = bytesIn(member).toString();
        if (await trimEntity(session, keys, view, key, args)) emptied.push(key);
      },
    );
    await strikeOff(session, keys, view, emptied);
  } while (cursor !== "0");
}

/** Forgets what one entity need not keep; tells whether nothing is left. */
async function trimEntity(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  key: string,
  args: Parameters<RedisSession["run"]>[2],
): Promise<boolean> {
  const names = [keys.times(view, key), keys.events(view, key), keys.newest(view, key)];
  for (;;) {
    const [gone, empty, ids] = listIn(await session.bounded(() => session.run(redisScripts.trimEvents, names, args)));
    await releaseIds(session, keys, view, key, listIn(ids).map(bytesIn));
    if (Number(gone) < forgottenAtOnce) return Number(empty) === 1;
  }
}

/**
 * Takes entities without events off the view's list. Events may be added meanwhile: who adds them puts the entity back on the list after
 * that, and so does this, for those that have events by now; so whichever comes last sees it.
 */
async function strikeOff(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  emptied: readonly string[],
): Promise<void> {
  if (emptied.length === 0) return;
  const mark = async (command: "SADD" | "SREM", entities: readonly string[]): Promise<void> => {
    const args = [command, ...entities];
    await session.bounded(() => session.run(redisScripts.markEntities, [keys.entities(view)], args));
  };
  await mark("SREM", emptied);
  const filled: string[] = [];
  await inGroups(
    emptied,
    () => 1,
    async (key) => {
      const found = await session.bounded(() => session.run(redisScripts.exists, [keys.times(view, key)], []));
      if (Number(found) === 1) filled.push(key);
    },
  );
  if (filled.length > 0) await mark("SADD", filled);
}
