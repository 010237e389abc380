import type {
  OnlineEventBatch,
  OnlineEvents,
  OnlineExtent,
  OnlineNewest,
  OnlineRead,
} from "../../contracts/online-store.ts";
import { packRecords, unpackRecords } from "../online/event-records.ts";
import { newestOfRecords } from "../online/newest-events.ts";
import { bytesOf, doubleAt, textBytes } from "./online-bytes.ts";
import type { RunStatement } from "./online-session.ts";
import type { OnlineSql } from "./online-sql.ts";

/** Events in one statement: some megabytes. */
const atOnce = 10_000;

/** Adds the events that are new, in the order of ids, so that two writers never wait for each other. */
export async function appendEvents(
  run: RunStatement,
  sql: OnlineSql,
  view: Uint8Array,
  batch: OnlineEventBatch,
): Promise<number> {
  const records = packRecords(batch);
  const keys = batch.keys.map((key) => textBytes(key));
  const order = [...records.keys()].sort((a, b) => (batch.ids[a] ?? 0) - (batch.ids[b] ?? 0));
  let added = 0;
  for (let from = 0; from < order.length; from += atOnce) {
    const some = order.slice(from, from + atOnce);
    const { rows } = await run(sql.insertEvents, [
      view,
      some.map((item) => keys[batch.keyIndex[item] ?? 0]),
      some.map((item) => batch.eventTimeMs[item]),
      some.map((item) => String(batch.ids[item] ?? 0)),
      some.map((item) => batch.knownTimeMs[item]),
      some.map((item) => records[item]),
    ]);
    added += Number(rows[0] === undefined ? 0 : Reflect.get(rows[0], "added"));
  }
  return added;
}

/** The events of keys from an instant on, with the watermark of the same moment. */
export async function readEvents(
  run: RunStatement,
  sql: OnlineSql,
  view: string,
  keys: readonly string[],
  fromMs: number,
): Promise<OnlineRead> {
  const distinct = [...new Set(keys)];
  const { rows } = await run(sql.selectEvents, [textBytes(view), distinct.map((key) => textBytes(key)), fromMs]);
  const found = new Map<string, OnlineEvents>();
  let keptFromMs = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const at = Number(Reflect.get(row, "at"));
    if (at > 0)
      found.set(distinct[at - 1] ?? "", unpackRecords(Number(Reflect.get(row, "count")), bytesOf(row, "packed")));
    else if (Reflect.get(row, "packed") !== null) keptFromMs = doubleAt(bytesOf(row, "packed"), 0);
  }
  return { events: keys.map((key) => found.get(key) ?? noEvents), keptFromMs };
}

const noEvents: OnlineEvents = unpackRecords(0, new Uint8Array(0));

/** The newest events of keys in views, with the watermarks of the same moment, by one statement. */
export async function readNewest(
  run: RunStatement,
  sql: OnlineSql,
  views: readonly string[],
  keys: readonly string[],
): Promise<readonly OnlineNewest[]> {
  const names = [views, keys].map((texts) => texts.map((text) => textBytes(text)));
  const { rows } = await run(sql.selectNewest, names);
  const found = views.map(() => new Array<Uint8Array | undefined>(keys.length).fill(undefined));
  const kept = views.map(() => Number.NEGATIVE_INFINITY);
  for (const row of rows) {
    const [place, at] = [Number(Reflect.get(row, "place")) - 1, Number(Reflect.get(row, "at"))];
    if (Reflect.get(row, "packed") === null) continue;
    const packed = bytesOf(row, "packed");
    const records = found[place];
    if (at === 0) kept[place] = doubleAt(packed, 0);
    else if (records !== undefined) records[at - 1] = packed;
  }
  return found.map((records, i) => newestOfRecords(records, kept[i] ?? Number.NEGATIVE_INFINITY));
}

/** What is held of a view. */
export async function extentOf(run: RunStatement, sql: OnlineSql, view: string): Promise<OnlineExtent> {
  const { rows } = await run(sql.selectExtent, [textBytes(view)]);
  const [row] = rows;
  const read = (column: string, otherwise: number): number =>
    row === undefined || Reflect.get(row, column) === null ? otherwise : doubleAt(bytesOf(row, column), 0);
  return {
    keptFromMs: read("from", Number.NEGATIVE_INFINITY),
    oldestMs: read("oldest", Number.POSITIVE_INFINITY),
    newestMs: read("newest", Number.NEGATIVE_INFINITY),
  };
}
