import { Buffer } from "node:buffer";
import type { RedisKeys } from "./redis-keys.ts";
import { redisScripts } from "./redis-scripts.ts";
import { bytesIn, chunksOf, inGroups, listIn, type RedisArgument, type RedisSession } from "./redis-session.ts";

/** Into so many hashes the ids of a view are divided: each lies in a slot of its own, and is packed as long as it is small. Part of the layout. */
export const claimBuckets = 8192;
/** Ids that follow one another and lie in one of them: a push of new rows asks few. Part of the layout. */
const idsTogether = 64;
/** Ids in one script: some hundred microseconds, in which Redis serves nobody else. */
const idsAtOnce = 500;

/** An event by its id, and the entity that it is pushed for. */
export interface Claim {
  readonly id: number;
  readonly key: string;
}

/**
 * Claims ids of a view for entities, and answers with those that are theirs: an id counts once in its view, for the entity that had it first. Who
 * claimed an id and was cut off before its event was there has lost it to whoever comes next. (Two processes that push one id for two entities at
 * the very same moment may both be let through.)
 */
export async function claimIds(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  claims: readonly Claim[],
): Promise<ReadonlySet<number>> {
  const first = new Map<number, string>();
  for (const { id, key } of claims) if (!first.has(id)) first.set(id, key);
  const own = new Set<number>(first.keys());
  const others: { readonly id: number; readonly owner: string }[] = [];
  await inGroups(
    inBuckets([...first.keys()]),
    ({ ids }) => ids.length,
    async ({ bucket, ids }) => {
      const args = ids.flatMap((id): RedisArgument[] => [sortableId(id), first.get(id) ?? ""]);
      const run = () => session.run(redisScripts.claimIds, [keys.ids(view, bucket)], args);
      for (const [i, owner] of listIn(await session.bounded(run)).entries()) {
        const id = ids[i] ?? Number.NaN;
        if (owner !== null) others.push({ id, owner: bytesIn(owner).toString() });
      }
    },
  );
  await inGroups(
    others,
    () => 1,
    async ({ id, owner }) => {
      const name = sortableId(id);
      const held = () => session.run(redisScripts.holdsEvent, [keys.events(view, owner)], [name]);
      const isHeld = Number(await session.bounded(held)) === 1;
      const taken = [name, owner, first.get(id) ?? ""];
      const take = () => session.run(redisScripts.takeId, [keys.ids(view, bucketOf(id))], taken);
      if (isHeld || Number(await session.bounded(take)) === 0) own.delete(id);
    },
  );
  return own;
}

/** Gives up the ids of events that an entity has no more, as their names were stored. */
export async function releaseIds(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  key: string,
  names: readonly Buffer[],
): Promise<void> {
  await inGroups(
    inBuckets(names.map(idOf)),
    ({ ids }) => ids.length,
    async ({ bucket, ids }) => {
      const args = [key, ...ids.map(sortableId)];
      await session.bounded(() => session.run(redisScripts.releaseIds, [keys.ids(view, bucket)], args));
    },
  );
}

function inBuckets(ids: readonly number[]): readonly { readonly bucket: number; readonly ids: readonly number[] }[] {
  const buckets = Map.groupBy(ids, bucketOf);
  return [...buckets].flatMap(([bucket, own]) => chunksOf(own, idsAtOnce).map((some) => ({ bucket, ids: some })));
}

function bucketOf(id: number): number {
  const bucket = Math.floor(id / idsTogether) % claimBuckets;
  return bucket < 0 ? bucket + claimBuckets : bucket;
}

/** An id as bytes that are ordered as the ids are: Redis sorts events of one time by them. */
export function sortableId(id: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(id === 0 ? 0 : id);
  const negative = (bytes[0] ?? 0) >= 0x80;
  if (negative) for (let i = 0; i < 8; i++) bytes[i] = ~(bytes[i] ?? 0);
  else bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
}

/** The id of its bytes. */
function idOf(name: Buffer): number {
  const bytes = Buffer.from(name);
  if ((bytes[0] ?? 0) >= 0x80) bytes[0] = (bytes[0] ?? 0) & 0x7f;
  else for (let i = 0; i < 8; i++) bytes[i] = ~(bytes[i] ?? 0);
  return bytes.readDoubleBE(0);
}
