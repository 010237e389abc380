import type {
  OnlineCallOptions,
  OnlineEventBatch,
  OnlineEvents,
  OnlineExtent,
  OnlineRead,
  OnlineRow,
  OnlineStore,
} from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { bindableBytes } from "../sql/bindable-bytes.ts";
import { cellsOfRecord, packRecords } from "../online/event-records.ts";
import { cellsReader } from "../online/read-cells.ts";
import { dropOnlineView } from "./drop-online-view.ts";
import { openOnlineFile, type OnlineFile } from "./online-file.ts";
import { isPlainKey, keyBytes } from "./online-keys.ts";
import { keepNewest, readNewest } from "./online-newest.ts";
import { trimOnlineEvents } from "./trim-online-events.ts";

/** Where the store's file is. */
export interface SqliteOnlineOptions {
  /** The database file; it is made at the first use. */
  readonly path: string;
}

/** An online store in an SQLite file (`node:sqlite`): durable, for one machine. */
export function sqliteOnline(options: SqliteOnlineOptions): OnlineStore {
  let opening: Promise<OnlineFile> | undefined;
  let closed = false;
  const open = (call: OnlineCallOptions | undefined): Promise<OnlineFile> => {
    call?.signal?.throwIfAborted();
    if (closed) {
      throw new SluiceError("workspace/closed", {
        found: "an online store that was closed",
        expected: "an open one",
        fix: "Open the store again.",
      });
    }
    opening ??= openOnlineFile(options.path).catch((error: unknown) => {
      opening = undefined; // the next use tries again
      throw error;
    });
    return opening;
  };
  return {
    capabilities: { durable: true, atomicBatches: true },
    writeRows: async (view, rows, call) => await writeRows(await open(call), view, rows, call),
    readRows: async (view, keys, call) => {
      const file = await open(call);
      return await file.read(() => readRows(file, view, keys), call?.signal);
    },
    appendEvents: async (view, batch, call) => await appendEvents(await open(call), view, batch, call),
    readEvents: async (view, keys, fromMs, call) => {
      const file = await open(call);
      return await file.read(() => readEvents(file, view, keys, fromMs), call?.signal);
    },
    readNewest: async (views, keys, call) => {
      const file = await open(call);
      return await file.read(() => readNewest(file, views, keys), call?.signal);
    },
    trimEvents: async (view, beforeMs, trim) => await trimOnlineEvents(await open(trim), view, beforeMs, trim),
    dropView: async (view, call) => await dropOnlineView(await open(call), view, call?.signal),
    extent: async (view, call) => {
      const file = await open(call);
      return await file.read(() => extentOf(file, view), call?.signal);
    },
    close: async () => {
      closed = true;
      if (opening !== undefined) (await opening).close();
      opening = undefined;
    },
  };
}

async function writeRows(
  file: OnlineFile,
  view: string,
  rows: readonly OnlineRow[],
  call: OnlineCallOptions | undefined,
): Promise<void> {
  await file.write(() => {
    const id = file.view(view);
    const upsert = file.statement(
      `insert into online_row (view, key, event_ms, known_ms, bytes) values (?, ?, ?, ?, ?)
       on conflict (view, key) do update set event_ms = excluded.event_ms, known_ms = excluded.known_ms, bytes = excluded.bytes
       where excluded.event_ms > online_row.event_ms
          or (excluded.event_ms = online_row.event_ms and excluded.known_ms > online_row.known_ms)`,
    );
    for (const row of rows)
      upsert.run(id, keyBytes(row.key), row.eventTimeMs, row.knownTimeMs, bindableBytes(row.bytes));
  }, call?.signal);
}

function readRows(file: OnlineFile, view: string, keys: readonly string[]): (OnlineRow | undefined)[] {
  const id = file.viewIfKnown(view);
  if (id === undefined) return keys.map(() => undefined);
  if (keys.length >= listedFrom && keys.every(isPlainKey)) return readListed(file, id, keys);
  const select = file.statement("select event_ms, known_ms, bytes from online_row where view = ? and key = ?");
  return keys.map((key) => rowOf(key, select.get(id, keyBytes(key))));
}

/** From so many keys on one statement costs less than one each. */
const listedFrom = 8;

/** One statement for many keys, which half the time of reading them goes into otherwise. */
function readListed(file: OnlineFile, view: number, keys: readonly string[]): (OnlineRow | undefined)[] {
  const select = file.statement(
    `select j.key as at, r.event_ms, r.known_ms, r.bytes from json_each(?) j
     cross join online_row r on r.view = ? and r.key = cast(j.value as blob)`,
  );
  const found: (OnlineRow | undefined)[] = new Array(keys.length).fill(undefined);
  for (const row of select.all(JSON.stringify(keys), view)) {
    const at = Number(row["at"]);
    found[at] = rowOf(keys[at] ?? "", row);
  }
  return found;
}

function rowOf(key: string, found: { readonly [column: string]: unknown } | undefined): OnlineRow | undefined {
  if (found === undefined || !(found["bytes"] instanceof Uint8Array)) return undefined;
  return {
    key,
    eventTimeMs: Number(found["event_ms"]),
    knownTimeMs: Number(found["known_ms"]),
    bytes: found["bytes"],
  };
}

async function appendEvents(
  file: OnlineFile,
  view: string,
  batch: OnlineEventBatch,
  call: OnlineCallOptions | undefined,
): Promise<number> {
  const keys = batch.keys.map(keyBytes);
  const records = packRecords(batch);
  return await file.write(() => {
    const id = file.view(view);
    const insert = file.statement(
      "insert into online_event (view, key, event_ms, id, known_ms, layout, cells) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
    );
    const added: number[] = [];
    let oldestMs = Number.POSITIVE_INFINITY;
    let newestMs = Number.NEGATIVE_INFINITY;
    for (let item = 0; item < batch.ids.length; item++) {
      const key = keys[batch.keyIndex[item] ?? 0] ?? new Uint8Array(0);
      const eventMs = batch.eventTimeMs[item] ?? 0;
      const knownMs = batch.knownTimeMs[item] ?? 0;
      const { layout, cells } = cellsOfRecord(records[item] ?? new Uint8Array(0));
      const { changes } = insert.run(id, key, eventMs, batch.ids[item] ?? 0, knownMs, layout, bindableBytes(cells));
      if (Number(changes) === 0) continue;
      added.push(item);
      oldestMs = Math.min(oldestMs, eventMs);
      newestMs = Math.max(newestMs, eventMs);
    }
    if (added.length > 0) widenExtent(file, id, oldestMs, newestMs);
    keepNewest(file, id, batch, keys, records, added);
    return added.length;
  }, call?.signal);
}

function widenExtent(file: OnlineFile, view: number, oldestMs: number, newestMs: number): void {
  file
    .statement(
      `insert into online_extent (view, oldest_ms, newest_ms) values (?, ?, ?) on conflict (view) do update set
       oldest_ms = min(oldest_ms, excluded.oldest_ms), newest_ms = max(newest_ms, excluded.newest_ms)`,
    )
    .run(view, oldestMs, newestMs);
}

function readEvents(file: OnlineFile, view: string, keys: readonly string[], fromMs: number): OnlineRead {
  const id = file.viewIfKnown(view);
  const read = keys.length >= listedFrom && keys.every(isPlainKey) ? listedEvents : singleEvents;
  const events = id === undefined ? keys.map(() => unpackEvents([])) : read(file, id, keys, fromMs);
  // After the events: another process raises the watermark before it trims.
  return { events, keptFromMs: extentOf(file, view).keptFromMs };
}

function singleEvents(file: OnlineFile, view: number, keys: readonly string[], fromMs: number): OnlineEvents[] {
  const select = file.statement(
    `select e.id, e.event_ms, e.known_ms, e.layout, e.cells from online_event e
     where e.view = ?1 and e.key = ?2 and e.event_ms >= ?3 order by e.event_ms, e.id`,
  );
  return keys.map((key) => unpackEvents(select.all(view, keyBytes(key), fromMs)));
}

/** One statement for many keys, as {@link readListed}. */
function listedEvents(file: OnlineFile, view: number, keys: readonly string[], fromMs: number): OnlineEvents[] {
  const select = file.statement(
    `select j.key as at, e.id, e.event_ms, e.known_ms, e.layout, e.cells from json_each(?2) j
     cross join online_event e on e.view = ?1 and e.key = cast(j.value as blob) and e.event_ms >= ?3
     order by j.key, e.event_ms, e.id`,
  );
  const rows = select.all(view, JSON.stringify(keys), fromMs);
  let from = 0;
  return keys.map((_, at) => {
    let to = from;
    while (to < rows.length && rows[to]?.["at"] === at) to++;
    const events = unpackEvents(rows, from, to);
    from = to;
    return events;
  });
}

/** The rows `from` … `to` − 1 of the table, in order, as typed arrays. */
function unpackEvents(
  rows: readonly { readonly [column: string]: unknown }[],
  from: number = 0,
  to: number = rows.length,
): OnlineEvents {
  const count = to - from;
  const ids = new Float64Array(count);
  const eventTimeMs = new Float64Array(count);
  const knownTimeMs = new Float64Array(count);
  const reader = cellsReader(rows[from]?.["layout"] === 1 ? 1 : 0, count);
  for (let i = 0; i < count; i++) {
    const row = rows[from + i];
    ids[i] = Number(row?.["id"]);
    eventTimeMs[i] = Number(row?.["event_ms"]);
    knownTimeMs[i] = Number(row?.["known_ms"]);
    const cells = row?.["cells"];
    if (cells instanceof Uint8Array) reader.read(i, cells, 0, cells.length);
  }
  return { count, ids, eventTimeMs, knownTimeMs, ...reader.columns() };
}

function extentOf(file: OnlineFile, view: string): OnlineExtent {
  const id = file.viewIfKnown(view);
  const select = file.statement("select kept_from_ms, oldest_ms, newest_ms from online_extent where view = ?");
  const found = id === undefined ? undefined : select.get(id);
  return {
    keptFromMs: Number(found?.["kept_from_ms"] ?? Number.NEGATIVE_INFINITY),
    oldestMs: Number(found?.["oldest_ms"] ?? Number.POSITIVE_INFINITY),
    newestMs: Number(found?.["newest_ms"] ?? Number.NEGATIVE_INFINITY),
  };
}
