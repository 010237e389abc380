import assert from "node:assert/strict";
import type { OfflineStore, PointInTimeRequest } from "../contracts/offline-store.ts";
import type { CellTag, CellValue } from "../core/cell-type.ts";
import { type Random, seededRandom } from "../core/random.ts";
import { cellAt } from "../table/cell-at.ts";
import { anyColumnOf, type Table } from "../table/table.ts";
import { rowsOf } from "./offline-rows.ts";

type Cell = CellValue | undefined;

/** Small worlds of keys, so that rows meet: those that joined text confuses, and those that a double cannot tell apart. */
const keyWorlds: readonly { readonly tags: readonly CellTag[]; readonly cells: readonly Cell[] }[] = [
  { tags: [], cells: [] },
  { tags: ["i32"], cells: [1, 2, -2147483648, 2147483647, null] },
  {
    tags: ["i64"],
    cells: [2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 2n ** 32n, null, undefined],
  },
  {
    tags: ["utf8"],
    cells: ["a", "A", "é", "e\u0301", "", " ", "😀", "\u0000", "a\u0000", "\u0001", "a'b\"\\{}", null],
  },
  { tags: ["utf8", "utf8"], cells: ["1", "12", "11", "2", "", null] },
  { tags: ["i32", "i32"], cells: [1, 12, 11, 2, -1, undefined] },
  { tags: ["i64", "utf8", "bool"], cells: [] },
  { tags: ["f64"], cells: [0.1, -0, 0, Number.NaN, Number.POSITIVE_INFINITY, 1e300, null] },
  { tags: ["instant", "bool"], cells: [] },
];

const cellsByTag: { readonly [tag in CellTag]?: readonly Cell[] } = {
  i64: [1n, 11n, 2n ** 53n + 1n],
  utf8: ["1", "12", "2", null],
  bool: [true, false],
  instant: [0, -1.5, 0.25],
};

const values: { readonly [name: string]: { readonly tag: CellTag; readonly cells: readonly Cell[] } } = {
  f: { tag: "f64", cells: [0, -0, Number.NaN, 1 / 3, Number.NEGATIVE_INFINITY, 5e-324, null, undefined] },
  i: { tag: "i32", cells: [0, -7, 2147483647, null] },
  l: { tag: "i64", cells: [2n ** 53n + 1n, -(2n ** 63n), 7n, null, undefined] },
  t: {
    tag: "utf8",
    cells: ["", "x", "\u0000", "\u0001\u0002", "a\ud800", "a,b{}\"'\\\n", "NULL", "😀", null, undefined],
  },
  b: { tag: "bool", cells: [true, false, null] },
  w: { tag: "instant", cells: [0, -1e12 + 0.001, 253402300799999, null] },
};

/** The middle of last century, the epoch, our days, and the end of the calendar. */
const bases = [-5e11, 0, 1.7e12, Date.UTC(9999, 11, 31)];
const microsecond = 0.001;

function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[random.int(from.length)];
  if (found === undefined && !from.includes(found as T)) throw new Error("nothing to pick from");
  return found as T;
}

function times(random: Random, base: number): number {
  return base + random.int(12) + (random.int(3) - 1) * microsecond;
}

interface Drawn {
  readonly source: Table;
  readonly request: PointInTimeRequest;
}

function draw(random: Random, round: number): Drawn {
  const world = keyWorlds[round % keyWorlds.length] ?? { tags: [], cells: [] };
  const base = pick(random, bases);
  const ttlMs = pick(random, [0, 1, 5, undefined]);
  const keyTags = Object.fromEntries(world.tags.map((tag, i) => [`k${i}`, tag]));
  const key = (): Cell[] =>
    world.tags.map((tag) => pick(random, world.cells.length > 0 ? world.cells : (cellsByTag[tag] ?? [])));
  const rows = Array.from({ length: random.int(40) }, () => {
    const event = pick<Cell>(random, [...Array.from({ length: 9 }, () => times(random, base)), null, Number.NaN]);
    const known = pick<Cell>(random, [
      null,
      undefined,
      Number.NaN,
      ...Array.from({ length: 9 }, () => times(random, base)),
    ]);
    return [...key(), event, known, ...Object.values(values).map(({ cells }) => pick(random, cells))];
  });
  const at = (): Cell => {
    const edge = Number(rows[random.int(Math.max(rows.length, 1))]?.[world.tags.length] ?? base);
    const step = (random.int(3) - 1) * microsecond;
    return pick<Cell>(random, [times(random, base), edge + step, edge + (ttlMs ?? 0) + step, edge, null, Number.NaN]);
  };
  const spine = Array.from({ length: 25 }, () => [...key(), at()]);
  const valueTags = Object.fromEntries(Object.entries(values).map(([name, { tag }]) => [name, tag]));
  return {
    source: rowsOf({ ...keyTags, time: "instant", known: "instant", ...valueTags }, rows),
    request: {
      source: `s${round}`,
      spine: rowsOf({ ...keyTags, at: "instant" }, [...spine, ...spine.slice(0, 3)]),
      at: "at",
      keys: Object.keys(keyTags),
      eventTime: "time",
      ...(random.int(3) === 0 ? {} : { knownTime: "known" }),
      ...(random.int(2) === 0 ? {} : { knownDelayMs: pick(random, [1, 0.001, 3]) }),
      ...(ttlMs === undefined ? {} : { ttlMs }),
      columns: Object.keys(values),
    },
  };
}

/** The source row that the rule gives a spine row, read literally; −1 where there is none. */
function literally(source: Table, request: PointInTimeRequest, row: number): number {
  const { spine, keys, knownTime, knownDelayMs = 0 } = request;
  const at = cellAt(anyColumnOf(spine, request.at), row);
  const wanted = keys.map((key) => cellAt(anyColumnOf(spine, key), row));
  if (typeof at !== "number" || wanted.some((cell) => cell === null || cell === undefined)) return -1;
  let best = { item: -1, event: 0, known: 0 };
  for (let item = 0; item < source.rowCount; item++) {
    const event = cellAt(anyColumnOf(source, request.eventTime), item);
    if (typeof event !== "number" || !(event <= at)) continue;
    // −0 is 0, and NaN is NaN: a key is compared as `includes` does.
    if (!keys.every((key, i) => [cellAt(anyColumnOf(source, key), item)].includes(wanted[i]))) continue;
    const stored = knownTime === undefined ? event : (cellAt(anyColumnOf(source, knownTime), item) ?? event);
    const known = Number(stored) + knownDelayMs;
    if (!(known <= at)) continue;
    const later = event > best.event || (event === best.event && known >= best.known);
    if (best.item < 0 || later) best = { item, event, known };
  }
  return best.item;
}

/**
 * Draws small histories and spines (ties, nulls, bounds a microsecond off, composite and 64-bit keys, distant times) and compares a
 * store's joins with the rule read literally, cell by cell under `Object.is`.
 */
export async function agreesWithOracle(store: OfflineStore, seed: string, rounds: number): Promise<void> {
  const random = seededRandom(seed);
  for (let round = 0; round < rounds; round++) {
    const { source, request } = draw(random, round);
    await store.append(request.source, source);
    const { columns, matched, eventTimeMs } = await store.pointInTimeJoin(request);
    for (let row = 0; row < request.spine.rowCount; row++) {
      const item = literally(source, request, row);
      const event = item < 0 ? 0 : Number(cellAt(anyColumnOf(source, "time"), item));
      const at = Number(cellAt(anyColumnOf(request.spine, "at"), row));
      const expired = item >= 0 && !(event >= at - (request.ttlMs ?? Number.POSITIVE_INFINITY));
      const where = `seed ${seed}, round ${round}, row ${row}`;
      assert.equal(matched[row], item < 0 ? 0 : expired ? 2 : 1, where);
      if (item >= 0) assert.equal(eventTimeMs[row], event, where);
      for (const name of request.columns) {
        const cell = item < 0 || expired ? undefined : cellAt(anyColumnOf(source, name), item);
        assert.ok(Object.is(cellAt(anyColumnOf(columns, name), row), cell), `${where}, column ${name}`);
      }
    }
    await store.drop(request.source);
  }
}
