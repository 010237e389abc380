import type { DatabaseSync } from "node:sqlite";
import type { OnlineEventBatch, OnlineNewest } from "../../contracts/online-store.ts";
import { recordOf } from "../online/event-records.ts";
import { newestOfRecords } from "../online/newest-events.ts";
import { isPlainKey, keyBytes } from "./online-keys.ts";

/** What newest events are kept and read with. */
interface NewestFile {
  statement(sql: string): ReturnType<DatabaseSync["prepare"]>;
  viewIfKnown(name: string): number | undefined;
}

const upsert = `
  insert into online_newest (view, key, event_ms, known_ms, id, record) values (?, ?, ?, ?, ?, ?)
  on conflict (view, key) do update set
    event_ms = excluded.event_ms, known_ms = excluded.known_ms, id = excluded.id, record = excluded.record
  where (excluded.event_ms, excluded.known_ms, excluded.id) > (online_newest.event_ms, online_newest.known_ms, online_newest.id)`;

/** Keeps the newest of the events that were added of each key, where it is newer than what is kept. To be called within the write that adds them. */
export function keepNewest(
  file: NewestFile,
  view: number,
  batch: OnlineEventBatch,
  keys: readonly Uint8Array[],
  records: readonly Uint8Array[],
  added: readonly number[],
): void {
  const newest = new Map<number, number>();
  for (const item of added) {
    const key = batch.keyIndex[item] ?? 0;
    const best = newest.get(key);
    if (best === undefined || isNewer(batch, item, best)) newest.set(key, item);
  }
  for (const [key, item] of newest) {
    const times = [batch.eventTimeMs[item] ?? 0, batch.knownTimeMs[item] ?? 0, batch.ids[item] ?? 0] as const;
    file.statement(upsert).run(view, keys[key] ?? new Uint8Array(0), ...times, records[item] ?? new Uint8Array(0));
  }
}

/** By event time, then known time, then id. */
function isNewer({ eventTimeMs, knownTimeMs, ids }: OnlineEventBatch, item: number, than: number): boolean {
  for (const times of [eventTimeMs, knownTimeMs]) {
    if (times[item] !== times[than]) return (times[item] ?? 0) > (times[than] ?? 0);
  }
  return (ids[item] ?? 0) > (ids[than] ?? 0);
}

/** Forgets the newest event of a key that has no events any more. */
export function forgetNewest(file: NewestFile, view: number, key: Uint8Array): void {
  file
    .statement(
      `delete from online_newest where view = ?1 and key = ?2
       and not exists (select 1 from online_event where view = ?1 and key = ?2)`,
    )
    .run(view, key);
}

/** Reads the newest events of keys in views: one statement for all, another for the watermarks. */
export function readNewest(
  file: NewestFile,
  views: readonly string[],
  keys: readonly string[],
): readonly OnlineNewest[] {
  const ids = views.map((view) => file.viewIfKnown(view) ?? null);
  const found = ids.map(() => new Array<Uint8Array | undefined>(keys.length).fill(undefined));
  const read = keys.every(isPlainKey) ? readListed : readEach;
  read(file, ids, keys, found);
  // After the events: another process raises the watermark before it trims.
  const kept = keptFrom(file, ids);
  return found.map((records, i) => newestOfRecords(records, kept[i] ?? Number.NEGATIVE_INFINITY));
}

type ViewIds = readonly (number | null)[];
type FoundRecords = readonly (Uint8Array | undefined)[][];

function readListed(file: NewestFile, views: ViewIds, keys: readonly string[], into: FoundRecords): void {
  const select = file.statement(
    `select v.key as place, j.key as at, n.record from json_each(?1) v cross join json_each(?2) j
     cross join online_newest n on n.view = v.value and n.key = cast(j.value as blob)`,
  );
  for (const { place, at, record } of select.all(JSON.stringify(views), JSON.stringify(keys))) {
    const records = into[Number(place)];
    if (records !== undefined && record instanceof Uint8Array) records[Number(at)] = record;
  }
}

/** Keys that do not go through JSON, one by one. */
function readEach(file: NewestFile, views: ViewIds, keys: readonly string[], into: FoundRecords): void {
  const select = file.statement("select record from online_newest where view = ? and key = ?");
  const names = keys.map(keyBytes);
  views.forEach((view, place) => {
    const records = into[place];
    names.forEach((name, at) => {
      const record = select.get(view, name)?.["record"];
      if (records !== undefined && record instanceof Uint8Array) records[at] = record;
    });
  });
}

function keptFrom(file: NewestFile, views: ViewIds): readonly number[] {
  const kept = views.map(() => Number.NEGATIVE_INFINITY);
  const select = file.statement(
    "select v.key as place, e.kept_from_ms as kept from json_each(?) v cross join online_extent e on e.view = v.value",
  );
  for (const { place, kept: from } of select.all(JSON.stringify(views)))
    kept[Number(place)] = Number(from ?? Number.NEGATIVE_INFINITY);
  return kept;
}

/** Gathers the newest events of all that a file of a former version holds. */
export function gatherNewest(database: DatabaseSync): void {
  const keep = database.prepare(upsert);
  const newest = database.prepare(
    `select view, key, event_ms, known_ms, id, layout, cells from online_event e
     where event_ms = (select max(event_ms) from online_event m where m.view = e.view and m.key = e.key)`,
  );
  for (const row of newest.iterate()) {
    const { view = null, key = null, cells } = row;
    const [eventMs, knownMs, id] = [Number(row["event_ms"]), Number(row["known_ms"]), Number(row["id"])];
    if (!(cells instanceof Uint8Array)) continue;
    keep.run(view, key, eventMs, knownMs, id, recordOf(row["layout"] === 1 ? 1 : 0, { id, eventMs, knownMs }, cells));
  }
}
