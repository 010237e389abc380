import { Buffer } from "node:buffer";
import type { OnlineRow } from "../../contracts/online-store.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { redisScripts } from "./redis-scripts.ts";
import { bytesIn, chunksOf, inGroups, listIn, notOurs, type RedisSession } from "./redis-session.ts";

/** The first byte of a packed row. */
const format = 1;
/** Bytes before the values: the format, the event time and the known time. */
const headBytes = 17;
/** Rows in one command: a few hundred microseconds, in which Redis serves nobody else. */
const rowsAtOnce = 500;

/** Writes rows, each where it is newer than what is there. */
export async function writeRows(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  rows: readonly OnlineRow[],
): Promise<void> {
  const chunks = session.cluster ? [...rowsByKey(rows)] : chunksOf(rows, rowsAtOnce);
  await inGroups(chunks, async (chunk) => {
    const names = chunk.map((row) => keys.row(view, row.key));
    await session.bounded(() => session.run(redisScripts.writeRows, names, chunk.map(packRow)));
  });
}

/** Rows of one key after one another: Redis takes keys of one slot at a time. */
function rowsByKey(rows: readonly OnlineRow[]): Iterable<readonly OnlineRow[]> {
  return Map.groupBy(rows, (row) => row.key).values();
}

/** Reads the rows of distinct keys once and answers in the order asked. */
export async function readRows(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  asked: readonly string[],
): Promise<readonly (OnlineRow | undefined)[]> {
  const distinct = [...new Set(asked)];
  const packed = await session.bounded(() =>
    readPacked(
      session,
      distinct.map((key) => keys.row(view, key)),
    ),
  );
  const found = packed.map((reply, i) => (reply === null ? undefined : unpackRow(distinct[i] ?? "", bytesIn(reply))));
  if (distinct.length === asked.length) return found;
  const at = new Map(distinct.map((key, i) => [key, i]));
  return asked.map((key) => found[at.get(key) ?? -1]);
}

/** One command for many keys; in a cluster one each, all sent before the first is answered. */
async function readPacked(session: RedisSession, names: readonly string[]): Promise<readonly unknown[]> {
  if (session.cluster) return await Promise.all(names.map((name) => session.send(name, { name: "GET", args: [name] })));
  const replies = await Promise.all(
    chunksOf(names, rowsAtOnce).map((some) => session.send(some[0] ?? "", { name: "MGET", args: some })),
  );
  return replies.flatMap(listIn);
}

function packRow(row: OnlineRow): Buffer {
  const packed = Buffer.allocUnsafe(headBytes + row.bytes.length);
  packed[0] = format;
  packed.writeDoubleLE(row.eventTimeMs, 1);
  packed.writeDoubleLE(row.knownTimeMs, 9);
  packed.set(row.bytes, headBytes);
  return packed;
}

function unpackRow(key: string, packed: Buffer): OnlineRow {
  if (packed.length < headBytes || packed[0] !== format) throw notOurs(`${packed.length} bytes that are no row`);
  return {
    key,
    eventTimeMs: packed.readDoubleLE(1),
    knownTimeMs: packed.readDoubleLE(9),
    bytes: new Uint8Array(packed.buffer, packed.byteOffset + headBytes, packed.length - headBytes),
  };
}
