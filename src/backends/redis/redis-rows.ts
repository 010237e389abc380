import { Buffer } from "node:buffer";
import type { OnlineRow } from "../../contracts/online-store.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { redisScripts } from "./redis-scripts.ts";
import {
  bytesIn,
  chunksOf,
  inGroups,
  listIn,
  namesUnderWay,
  notOurs,
  type RedisSession,
  runsOf,
} from "./redis-session.ts";

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
  await listRows(session, keys, view, rows);
  const chunks = session.cluster ? [...rowsByKey(rows)] : chunksOf(rows, rowsAtOnce);
  await inGroups(
    chunks,
    (chunk) => chunk.length,
    async (chunk) => {
      const names = keys.rows(
        view,
        chunk.map((row) => row.key),
      );
      await session.bounded(() => session.run(redisScripts.writeRows, names, chunk.map(packRow)));
    },
  );
}

/** Puts entities on the list that a drop of the view goes by: before their rows are there, so that none is unknown to it after a crash. */
async function listRows(
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  rows: readonly OnlineRow[],
): Promise<void> {
  await inGroups(
    chunksOf([...new Set(rows.map(({ key }) => key))], rowsAtOnce),
    (chunk) => chunk.length,
    async (chunk) => {
      const list = [keys.rowEntities(view)];
      await session.bounded(() => session.run(redisScripts.markEntities, list, ["SADD", ...chunk]));
    },
  );
}

/** Rows of one key after one another: Redis takes keys of one slot at a time. */
function rowsByKey(rows: readonly OnlineRow[]): Iterable<readonly OnlineRow[]> {
  return Map.groupBy(rows, (row) => row.key).values();
}

/** Reads the packed values of names, in order; null where there is none. What is read for others at once does not end with a session's signal. */
export type ReadPacked = (names: readonly string[], bounded: RedisSession["bounded"]) => Promise<readonly unknown[]>;

/** Reads the rows of distinct keys once and answers in the order asked. */
export async function readRows(
  read: ReadPacked,
  session: RedisSession,
  keys: RedisKeys,
  view: string,
  asked: readonly string[],
): Promise<readonly (OnlineRow | undefined)[]> {
  const distinct = [...new Set(asked)];
  const packed: unknown[] = [];
  for (const some of runsOf(distinct, namesUnderWay))
    for (const reply of await read(keys.rows(view, some), session.bounded)) packed.push(reply);
  const found = packed.map((reply, i) => (reply === null ? undefined : unpackRow(distinct[i] ?? "", bytesIn(reply))));
  if (distinct.length === asked.length) return found;
  const at = new Map(distinct.map((key, i) => [key, i]));
  return asked.map((key) => found[at.get(key) ?? -1]);
}

/** What was asked within one turn of the event loop. */
interface Gathered {
  readonly names: string[];
  readonly replies: Promise<readonly unknown[]>;
}

/**
 * Reads by one command for all that is asked at once, so that a request over several views is one trip; in a cluster by one command a name, all sent
 * before the first is answered.
 */
export function packedReader(session: RedisSession): ReadPacked {
  const one = (name: string): Promise<unknown> => session.send(name, { name: "GET", args: [name] });
  if (session.cluster) return (names, bounded) => bounded(() => Promise.all(names.map(one)));
  let gathered: Gathered | undefined;
  const gather = (): Gathered => {
    const names: string[] = [];
    const sent = async (): Promise<readonly unknown[]> => {
      await Promise.resolve(); // what else is asked in this turn comes first
      gathered = undefined;
      const chunks = chunksOf(names, rowsAtOnce);
      const replies = await Promise.all(chunks.map((args) => session.send(args[0] ?? "", { name: "MGET", args })));
      return replies.length === 1 ? listIn(replies[0]) : replies.flatMap(listIn);
    };
    return { names, replies: sent() };
  };
  return (names, bounded) =>
    bounded(async () => {
      gathered ??= gather();
      const own = gathered;
      const from = own.names.length;
      own.names.push(...names);
      return (await own.replies).slice(from, from + names.length);
    });
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
