import { setImmediate } from "node:timers/promises";
import type { TrimOptions } from "../../contracts/online-store.ts";
import type { OnlineFile } from "./online-file.ts";
import { forgetNewest } from "./online-newest.ts";

/** Events forgotten, and keys looked at, in one transaction: a few milliseconds, between which the event loop and other processes go on. */
const chunkEvents = 1000;
const chunkKeys = 200;

/** Where a trim is: the key it looks at next; `undefined` = the first. */
interface Progress {
  readonly after: Uint8Array | undefined;
  readonly done: boolean;
}

/** Forgets the events of a view before an instant, key by key in short transactions. The watermark is on disk before the first event goes. */
export async function trimOnlineEvents(
  file: OnlineFile,
  name: string,
  beforeMs: number,
  options: TrimOptions,
): Promise<void> {
  const { signal } = options;
  const raised = await file.write(() => raiseWatermark(file, file.view(name), beforeMs, options), signal);
  if (!raised) return;
  let progress: Progress = { after: undefined, done: false };
  while (!progress.done) {
    const { after } = progress;
    progress = await file.write(() => trimChunk(file, file.view(name), beforeMs, options, after), signal);
    await setImmediate();
  }
}

/** Says that events before an instant are not all there, unless something newer is there; tells whether it may be trimmed. */
export function raiseWatermark(
  file: OnlineFile,
  view: number,
  beforeMs: number,
  { unlessNewerMs = Number.POSITIVE_INFINITY }: Pick<TrimOptions, "unlessNewerMs"> = {},
): boolean {
  const { changes } = file
    .statement(
      `insert into online_extent (view, kept_from_ms, oldest_ms, newest_ms) values (?, ?, 9e999, -9e999)
       on conflict (view) do update set
       kept_from_ms = max(coalesce(kept_from_ms, excluded.kept_from_ms), excluded.kept_from_ms) where newest_ms <= ?`,
    )
    .run(view, beforeMs, unlessNewerMs);
  return Number(changes) > 0;
}

function trimChunk(
  file: OnlineFile,
  view: number,
  beforeMs: number,
  { keepLatest }: TrimOptions,
  from: Uint8Array | undefined,
): Progress {
  let after = from;
  let forgotten = 0;
  for (let keys = 0; keys < chunkKeys; keys++) {
    const key = nextKey(file, view, after);
    if (key === undefined) return { after, done: true };
    const cutMs = keepLatest ? latestKnownMs(file, view, key, beforeMs) : beforeMs;
    const room = chunkEvents - forgotten;
    const gone = cutMs === undefined ? 0 : forget(file, view, key, cutMs, room);
    forgotten += gone;
    if (gone > 0) forgetNewest(file, view, key);
    if (gone === room) return { after, done: false };
    after = key;
  }
  return { after, done: false };
}

function nextKey(file: OnlineFile, view: number, after: Uint8Array | undefined): Uint8Array | undefined {
  const found =
    after === undefined
      ? file.statement("select key from online_event where view = ? order by key limit 1").get(view)
      : file.statement("select key from online_event where view = ? and key > ? order by key limit 1").get(view, after);
  const key = found?.["key"];
  return key instanceof Uint8Array ? key : undefined;
}

/** The event time of a key's newest event before an instant that was known by it. */
function latestKnownMs(file: OnlineFile, view: number, key: Uint8Array, atMs: number): number | undefined {
  const found = file
    .statement(
      `select event_ms from online_event where view = ? and key = ? and event_ms < ? and known_ms <= ?
       order by event_ms desc limit 1`,
    )
    .get(view, key, atMs, atMs);
  return found === undefined ? undefined : Number(found["event_ms"]);
}

/** Forgets at most `limit` events; returns how many. */
function forget(file: OnlineFile, view: number, key: Uint8Array, beforeMs: number, limit: number): number {
  const { changes } = file
    .statement(
      `delete from online_event where view = ? and key = ? and (event_ms, id) in (
         select event_ms, id from online_event where view = ? and key = ? and event_ms < ? order by event_ms, id limit ?)`,
    )
    .run(view, key, view, key, beforeMs, limit);
  return Number(changes);
}
