import type { Buffer } from "node:buffer";
import { featureStatus } from "../../../contracts/feature-reader.ts";
import { bytesIn, listIn, namesUnderWay, notOurs, type RedisSession, runsOf } from "../redis-session.ts";
import { entityKey, featureField, timeField } from "./feast-names.ts";
import { decodeTime } from "./feast-time.ts";
import type { FeastKey, FeastKeyType, FeastRead, FeastTypes, FeastView } from "./feast-types.ts";
import { decodeValue } from "./feast-value.ts";

/** Reads a view's features of some entities at T: one command an entity, thousands sent before the first is answered. */
export async function readFeast<K extends FeastTypes<FeastKeyType>, F extends FeastTypes>(
  session: RedisSession,
  project: string,
  view: FeastView<K, F>,
  keys: readonly FeastKey<K>[],
  atMs: number,
): Promise<FeastRead<F>> {
  const names = Object.keys(view.features);
  const fields = [timeField(view.name), ...names.map((name) => featureField(view.name, name))];
  const asked = keys.map((key) => entityKey(project, view.keys, key));
  const distinct = new Map<string, Buffer>(asked.map((key) => [key.toString("latin1"), key]));
  const replies: unknown[] = [];
  for (const some of runsOf([...distinct.values()], namesUnderWay)) {
    const sent = (): Promise<unknown[]> =>
      Promise.all(some.map((key) => session.send(key, { name: "HMGET", args: [key, ...fields] })));
    for (const reply of await session.bounded(sent)) replies.push(reply);
  }
  const places = new Map([...distinct.keys()].map((name, i) => [name, i]));
  const rows = replies.map((reply) => storedOf(listIn(reply)));
  const found = asked.map((key) => rows[places.get(key.toString("latin1")) ?? -1] ?? nothing);
  const eventTimeMs = Float64Array.from(found, (row) => row.eventTimeMs);
  const oldestMs = view.ttlMs === undefined ? Number.NEGATIVE_INFINITY : atMs - view.ttlMs;
  const columns = names.map((name, i) => {
    const what = `feature "${view.name}:${name}"`;
    const statuses = Uint8Array.from(found, (row) => statusOf(row, row.values[i], atMs, oldestMs));
    const values = found.map((row, at) => {
      if (statuses[at] !== featureStatus.present) return undefined;
      return decodeValue(what, view.features[name] ?? "STRING", bytesIn(row.values[i]));
    });
    values.forEach((value, at) => {
      if (value === null) statuses[at] = featureStatus.null;
    });
    return [name, { values, statuses }] as const;
  });
  return { atMs, columns: Object.fromEntries<unknown>(columns) as FeastRead<F>["columns"], eventTimeMs };
}

interface StoredRow {
  /** NaN where nothing is stored. */
  readonly eventTimeMs: number;
  readonly values: readonly unknown[];
}

const nothing: StoredRow = { eventTimeMs: Number.NaN, values: [] };

function storedOf([time, ...values]: readonly unknown[]): StoredRow {
  if (isNothing(time)) return { ...nothing, values };
  const eventTimeMs = decodeTime(bytesIn(time));
  if (eventTimeMs === undefined) throw notOurs("no protobuf Timestamp");
  return { eventTimeMs, values };
}

function statusOf({ eventTimeMs }: StoredRow, value: unknown, atMs: number, oldestMs: number): number {
  if (isNothing(value) || !(eventTimeMs <= atMs)) return featureStatus.missing;
  return eventTimeMs >= oldestMs ? featureStatus.present : featureStatus.expired;
}

function isNothing(reply: unknown): boolean {
  return reply === null || reply === undefined;
}
