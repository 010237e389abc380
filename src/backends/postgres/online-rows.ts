import type { OnlineRow } from "../../contracts/online-store.ts";
import { bytesOf, doubleAt, textBytes } from "./online-bytes.ts";
import type { RunStatement } from "./online-session.ts";
import type { OnlineSql } from "./online-sql.ts";

/** Rows in one statement: some megabytes. */
const atOnce = 10_000;

/** Writes the newest row of each key where it is newer than what is there, in the order of keys, so that two writers never wait for each other. */
export async function writeRows(
  run: RunStatement,
  sql: OnlineSql,
  view: Uint8Array,
  rows: readonly OnlineRow[],
): Promise<void> {
  const newest = new Map<string, OnlineRow>();
  for (const row of rows) {
    const old = newest.get(row.key);
    if (old === undefined || isLater(row, old)) newest.set(row.key, row);
  }
  const sorted = [...newest.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  for (let from = 0; from < sorted.length; from += atOnce) {
    const some = sorted.slice(from, from + atOnce);
    await run(sql.upsertRows, [
      view,
      some.map(({ key }) => textBytes(key)),
      some.map(({ eventTimeMs }) => eventTimeMs),
      some.map(({ knownTimeMs }) => knownTimeMs),
      some.map(({ bytes }) => bytes),
    ]);
  }
}

function isLater(row: OnlineRow, old: OnlineRow): boolean {
  if (row.eventTimeMs !== old.eventTimeMs) return row.eventTimeMs > old.eventTimeMs;
  return row.knownTimeMs > old.knownTimeMs;
}

/** The latest rows of keys, in order. */
export async function readRows(
  run: RunStatement,
  sql: OnlineSql,
  view: string,
  keys: readonly string[],
): Promise<readonly (OnlineRow | undefined)[]> {
  const distinct = [...new Set(keys)];
  const { rows } = await run(sql.selectRows, [textBytes(view), distinct.map((key) => textBytes(key))]);
  const found = new Map<string, OnlineRow>();
  for (const row of rows) {
    const key = distinct[Number(Reflect.get(row, "at")) - 1] ?? "";
    const packed = bytesOf(row, "packed");
    found.set(key, {
      key,
      eventTimeMs: doubleAt(packed, 0),
      knownTimeMs: doubleAt(packed, 8),
      bytes: packed.subarray(16),
    });
  }
  return keys.map((key) => found.get(key));
}
