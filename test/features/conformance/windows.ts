import { expect } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import {
  count,
  distinct,
  entity,
  featureService,
  featureView,
  last,
  max,
  mean,
  min,
  nullable,
  quantile,
  sum,
  t,
} from "../../../src/features/index.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { plainDataset } from "../plain-dataset.ts";
import { type AnswerRow, served, trained } from "./answers.ts";
import type { ConformanceCase } from "./conformance-case.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const start = Date.UTC(2024, 0, 1);
const calls = plainDataset(
  "calls",
  { id: t.float64, key: t.utf8, time: t.instant, known: t.instant, x: nullable(t.float64) },
  { id: "id", knownTime: "known" },
);
/** Each window's length and the step of its start, by the end of a feature's name. */
const windows = { "1h": [hour, 5 * minute], "13h": [13 * hour, hour], "20d": [20 * day, day] } as const;
type Window = keyof typeof windows;
const over = (window: Window) => ({
  [`n_${window}`]: count().over(window),
  [`sum_${window}`]: sum("x").over(window),
  [`mean_${window}`]: mean("x").over(window),
  [`min_${window}`]: min("x").over(window),
  [`max_${window}`]: max("x").over(window),
  [`last_${window}`]: last("x").over(window),
  [`distinct_${window}`]: distinct("x").over(window),
  [`median_${window}`]: quantile("x", 0.5).over(window),
});
const load = featureView("load", {
  source: calls,
  entities: [entity("key", { key: t.utf8 })],
  windows: { ...over("1h"), ...over("13h"), ...over("20d") },
});
const service = featureService("calls", [load]);

type Call = {
  readonly id: number;
  readonly key: string;
  readonly time: number;
  readonly known: number;
  readonly x: number | null;
};

function someCalls(random: Random, rows: number): readonly Call[] {
  const step = 5 * minute;
  return Array.from({ length: rows }, (_, id) => {
    const time = start + random.int((24 * day) / step) * step + (random.int(3) === 0 ? random.int(minute) : 0);
    return {
      id,
      key: random.int(2) === 0 ? "A" : "B",
      time,
      known: random.int(2) === 0 ? time : time + (random.int(9) - 3) * 30 * minute,
      x: random.int(5) === 0 ? null : random.int(40) / 4 - 5,
    };
  });
}

/** The windows read literally: every event is looked at. Of none there is no value: null, or missing where the longest window saw nothing. */
function literally(events: readonly Call[], key: string, at: number): AnswerRow {
  const seen = eventsIn(events, key, at, "20d").length > 0;
  return { ...inWindow("1h"), ...inWindow("13h"), ...inWindow("20d") };

  function inWindow(window: Window): AnswerRow {
    return aggregates(window, eventsIn(events, key, at, window), seen ? null : undefined);
  }
}

function eventsIn(events: readonly Call[], key: string, at: number, window: Window): readonly Call[] {
  const [overMs, hop] = windows[window];
  const from = Math.floor((at - overMs) / hop) * hop;
  return events
    .filter((event) => event.key === key && event.time >= from && event.time < at && event.known <= at)
    .sort((a, b) => a.time - b.time || a.known - b.known || a.id - b.id);
}

/** Sums of quarters are exact in any order. */
function aggregates(window: Window, inside: readonly Call[], none: null | undefined): AnswerRow {
  const values = inside.flatMap(({ x }) => (x === null ? [] : [x]));
  const sorted = values.toSorted((a, b) => a - b);
  const total = values.reduce((sum_, value) => sum_ + value, 0);
  const some = (value: number): number | null | undefined => (values.length === 0 ? none : value);
  const middle = ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
  return {
    [`load.n_${window}`]: inside.length,
    [`load.sum_${window}`]: some(total),
    [`load.mean_${window}`]: some(total / values.length),
    [`load.min_${window}`]: some(sorted[0] ?? 0),
    [`load.max_${window}`]: some(sorted.at(-1) ?? 0),
    [`load.last_${window}`]: some(values.at(-1) ?? 0),
    [`load.distinct_${window}`]: new Set(values).size,
    [`load.median_${window}`]: some(middle),
  };
}

/** Aggregates over windows. */
export const windowCases: readonly ConformanceCase[] = [
  {
    number: 28,
    name: "windows are what a look at every event gives, in any order of arrival, wherever history ends and the stream begins",
    run: async (bench) => {
      const random = seededRandom("conformance windows");
      const { datasets, store } = bench;
      const events = someCalls(random, 240);
      const arriving = random.shuffle([...events]);
      const cut = 60 + random.int(120);
      const table = (rows: readonly Call[]) => tableFromRows([...rows], calls.columns);
      // Two versions of history, the second loaded after some of the stream has come.
      await datasets.commit(calls, [table(arriving.slice(0, cut >> 1))]);
      await store.materialize(service, { to: start + 12 * day });
      await store.push(calls, table(arriving.slice(cut, cut + 30)));
      await datasets.commit(calls, [table(arriving.slice(cut >> 1, cut))]);
      await store.materialize(service, { to: start + 30 * day });
      for (let from = cut; from < events.length; from += 25)
        await store.push(calls, table(arriving.slice(from, from + 25)));
      await datasets.commit(calls, [table(arriving.slice(cut))]);
      const questions = Array.from({ length: 40 }, (_, i) => {
        const edge = (events[random.int(events.length)]?.time ?? 0) + (i % 4 === 0 ? 0 : random.int(hour));
        return { key: random.int(2) === 0 ? "A" : "B", at: edge + (i % 3 === 0 ? hour : 0) };
      });
      const expected = questions.map(({ key, at }) => literally(events, key, at));
      const fromHistory = await trained(bench, service, questions);
      expect(fromHistory).toEqual(expected);
      expect(await served(bench, service, questions)).toEqual(fromHistory);
    },
  },
];
