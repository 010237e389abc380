import assert from "node:assert/strict";
import type { OnlineNewest, OnlineStore } from "../contracts/online-store.ts";
import { seededRandom } from "../core/random.ts";
import type { ContractCase } from "./contract-case.ts";
import { awkwardValues, type EventValue, eventsOf, typedEventsOf } from "./online-events.ts";

type Event = readonly [key: string, id: number, eventMs: number, knownMs: number, value: number | null];

/** By event time, then known time, then id. */
function isNewer([, id, eventMs, knownMs]: Event, than: Event): boolean {
  if (eventMs !== than[2]) return eventMs > than[2];
  return knownMs === than[3] ? id > than[1] : knownMs > than[3];
}

function newestOf(events: readonly Event[], key: string): Event | undefined {
  return events
    .filter(([own]) => own === key)
    .reduce<Event | undefined>((best, event) => (best === undefined || isNewer(event, best) ? event : best), undefined);
}

/** One view's newest events. */
async function newestOfOne(store: OnlineStore, view: string, keys: readonly string[]): Promise<OnlineNewest> {
  const [newest, ...more] = await store.readNewest([view], keys);
  assert.ok(newest !== undefined && more.length === 0);
  return newest;
}

/** The newest event of each key that was read, with its first value. */
function newestIn(newest: OnlineNewest, keys: readonly string[]): readonly (Event | undefined)[] {
  const { eventTimeMs, knownTimeMs, ids } = newest;
  assert.deepEqual([eventTimeMs.length, knownTimeMs.length, ids.length], [keys.length, keys.length, keys.length]);
  return keys.map((key, i) => {
    if (Number.isNaN(eventTimeMs[i])) return undefined;
    const value = cellsAt(newest, i)[0] ?? null;
    return [key, ids[i] ?? 0, eventTimeMs[i] ?? 0, knownTimeMs[i] ?? 0, value === null ? null : Number(value)];
  });
}

/** The cells of the key at a place. */
function cellsAt({ ids, numbers, states, others }: OnlineNewest, at: number): readonly EventValue[] {
  return others.map((column, c) => {
    const cell = c * ids.length + at;
    if (states[cell] !== 1) return null;
    const value = column === undefined ? numbers[cell] : column.values[at];
    return value instanceof Float64Array ? Array.from(value) : (value ?? null);
  });
}

const names = Array.from({ length: 30 }, (_, i) => `k${i}`).concat("\0", "é\"'");

/** Events of many keys with many ties, some before 1970, some known before they happen, in any order. */
function drawn(seed: string, count: number): readonly Event[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, id) => {
    const eventMs = random.int(6) - 3;
    const value = random.int(4) === 0 ? null : random.int(100);
    return [
      names[random.int(names.length)] ?? "",
      random.int(2) * 1000 - id,
      eventMs,
      eventMs + random.int(5) - 2,
      value,
    ];
  });
}

/** What a store must answer when it is asked for newest events. */
export const onlineNewestCases: readonly ContractCase<OnlineStore>[] = [
  {
    name: "the newest event of each key is read: of equal event times the one known last, then of the highest id",
    run: async (store) => {
      const events = drawn("newest", 400);
      const seen: Event[] = [];
      for (let from = 0; from < events.length; from += 80) {
        const some = events.slice(from, from + 80);
        seen.push(...some);
        await store.appendEvents("v", eventsOf(...some));
        for (const asked of [names, names.slice(0, 30), ["k3"], [...names, "none", ...names]]) {
          const read = await newestOfOne(store, "v", asked);
          assert.deepEqual(
            newestIn(read, asked),
            asked.map((key) => newestOf(seen, key)),
          );
          assert.equal(read.keptFromMs, Number.NEGATIVE_INFINITY);
        }
      }
      await store.appendEvents("v", eventsOf(...events)); // again: nothing changes
      assert.deepEqual(
        newestIn(await newestOfOne(store, "v", names), names),
        names.map((key) => newestOf(events, key)),
      );
      assert.deepEqual(newestIn(await newestOfOne(store, "w", ["k1"]), ["k1"]), [undefined]);
      assert.deepEqual(newestIn(await newestOfOne(store, "v", []), []), []);
      assert.deepEqual(await store.readNewest([], names), []);
    },
  },
  {
    name: "what is forgotten is no newest event; what is spared still is; the watermark comes along",
    run: async (store) => {
      const events: readonly Event[] = [
        ["a", 1, 10, 10, 1],
        ["a", 2, 20, 20, 2],
        ["b", 3, 15, 99, null],
        ["c", 4, 5, 5, 4],
      ];
      for (const view of ["spared", "not"]) {
        await store.appendEvents(view, eventsOf(...events));
        await store.trimEvents(view, 18, { keepLatest: view === "spared" });
      }
      const keys = ["a", "b", "c"];
      const spared = await newestOfOne(store, "spared", keys);
      assert.deepEqual([newestIn(spared, keys), spared.keptFromMs], [[events[1], events[2], events[3]], 18]);
      const rest = await newestOfOne(store, "not", keys);
      assert.deepEqual([newestIn(rest, keys), rest.keptFromMs], [[events[1], undefined, undefined], 18]);
      await store.appendEvents("not", eventsOf(["c", 5, 3, 3, 5]));
      assert.deepEqual(newestIn(await newestOfOne(store, "not", ["c"]), ["c"]), [["c", 5, 3, 3, 5]]);
    },
  },
  {
    name: "the newest event is told where values are of every kind; a dropped view has none",
    run: async (store) => {
      const times = [5, 7, 7, 7, 6];
      const known = [9, 7, 8, 8, 99];
      const ids = [4, 3, 1, 2, -5];
      const texts = ids.map((id) => "x".repeat(id + 5));
      for (const order of [
        [0, 1, 2, 3, 4],
        [3, 2, 4, 1, 0],
      ]) {
        for (const item of order) {
          const one = (values: readonly number[]): Float64Array => Float64Array.of(values[item] ?? 0);
          await store.appendEvents("v", {
            keys: ["k"],
            keyIndex: new Int32Array(1),
            ids: one(ids),
            eventTimeMs: one(times),
            knownTimeMs: one(known),
            values: [{ kind: "text", values: [texts[item] ?? ""] }],
            present: [undefined],
          });
        }
        for (const asked of [["k"], ["k", ...names.slice(0, 30)]]) {
          const read = await newestOfOne(store, "v", asked);
          assert.deepEqual([read.ids[0], read.eventTimeMs[0], read.knownTimeMs[0]], [2, 7, 8]);
          assert.deepEqual(cellsAt(read, 0), [texts[3]]);
        }
        await store.dropView("v");
        assert.ok(Number.isNaN((await newestOfOne(store, "v", ["k"])).eventTimeMs[0]));
      }
    },
  },
  {
    name: "newest events of several views come in one answer, each with its own columns, keys and watermark, whatever the others hold",
    run: async (store) => {
      await store.appendEvents("one", eventsOf(["a", 1, 30, 31, 3], ["b", 2, 20, 20, null], ["c", 3, 5, 5, 4]));
      await store.appendEvents("kinds", typedEventsOf([[1.5, -1n, "text", [2, 3]]]));
      await store.trimEvents("one", 15, { keepLatest: false });
      const keys = ["b", "k", "a", "c", "b"];
      const answers = await store.readNewest(["kinds", "never", "one", "kinds"], keys);
      const [b, k, a] = [["b", 2, 20, 20, null] as const, ["k", 0, 0, 0, 1.5] as const, ["a", 1, 30, 31, 3] as const];
      assert.deepEqual(
        answers.map((newest) => newestIn(newest, keys)),
        [
          [undefined, k, undefined, undefined, undefined],
          [undefined, undefined, undefined, undefined, undefined],
          [b, undefined, a, undefined, b],
          [undefined, k, undefined, undefined, undefined],
        ],
      );
      const none = Number.NEGATIVE_INFINITY;
      assert.deepEqual(
        answers.map(({ keptFromMs }) => keptFromMs),
        [none, none, 15, none],
      );
      for (const place of [0, 3]) {
        const newest = answers[place];
        assert.deepEqual(newest && cellsAt(newest, 1), [1.5, -1n, "text", [2, 3]]);
      }
    },
  },
  {
    name: "the cells of newest events are what was appended, of every kind; the answer is the caller's",
    run: async (store) => {
      for (const [i, values] of awkwardValues.entries()) {
        await store.appendEvents("v", typedEventsOf([values], i));
        const newest = await newestOfOne(store, "v", ["none", "k"]);
        assert.deepEqual(cellsAt(newest, 1), values);
        newest.eventTimeMs.fill(99);
        newest.knownTimeMs.fill(99);
        newest.ids.fill(99);
        newest.numbers.fill(99);
        newest.states.fill(0);
        for (const column of newest.others) if (column?.kind === "integer") column.values.fill(9n);
        const again = await newestOfOne(store, "v", ["none", "k"]);
        assert.deepEqual([cellsAt(again, 1), again.ids[1], again.eventTimeMs[1]], [values, i, i]);
      }
    },
  },
];
