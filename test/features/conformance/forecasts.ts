import { expect } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { count, entity, featureService, featureView, first, last, sum, t } from "../../../src/features/index.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import type { Workbench } from "../feature-workbench.ts";
import { plainDataset } from "../plain-dataset.ts";
import { type AnswerRow, served, trained } from "./answers.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { hour, jan } from "./drivers.ts";

// What is known before it happens: valid from its event time on, of several for one event time the one issued last.

const forecasts = plainDataset(
  "forecasts",
  { id: t.float64, place: t.utf8, time: t.instant, issued: t.instant, x: t.float64 },
  { id: "id", knownTime: "issued" },
);
const service = featureService("forecasts", [
  featureView("weather", {
    source: forecasts,
    entities: [entity("place", { place: t.utf8 })],
    ttl: "2d",
    latest: { x: "x" },
    windows: {
      n: count().over("1d"),
      sum: sum("x").over("1d"),
      first: first("x").over("1d"),
      last: last("x").over("1d"),
    },
  }),
]);

type Forecast = {
  readonly id: number;
  readonly place: string;
  readonly time: number;
  readonly issued: number;
  readonly x: number;
};

interface Asked {
  readonly place: string;
  readonly at: number;
}

/** Brings forecasts in their order: some to history and online from there, some to the stream that history follows. */
async function bring({ datasets, store }: Workbench, rows: readonly Forecast[], cut: number): Promise<void> {
  const table = (some: readonly Forecast[]) => tableFromRows([...some], forecasts.columns);
  await datasets.commit(forecasts, [table(rows.slice(0, cut))]);
  await store.materialize(service, { to: jan(20) });
  for (let from = cut; from < rows.length; from += 7) await store.push(forecasts, table(rows.slice(from, from + 7)));
  await datasets.commit(forecasts, [table(rows.slice(cut))]);
}

/** The rule read literally: every forecast is looked at. */
function literally(rows: readonly Forecast[], { place, at }: Asked): AnswerRow {
  const inOrder = rows
    .filter((row) => row.place === place && row.issued <= at && row.time <= at)
    .sort((a, b) => a.time - b.time || a.issued - b.issued || a.id - b.id);
  const newest = inOrder.at(-1);
  const start = Math.floor((at - 24 * hour) / hour) * hour;
  const inside = inOrder.filter(({ time }) => time >= start && time < at).map(({ x }) => x);
  return {
    "weather.x": newest !== undefined && newest.time >= at - 48 * hour ? newest.x : undefined,
    "weather.n": inside.length,
    "weather.sum": inside.length === 0 ? undefined : inside.reduce((total, x) => total + x, 0),
    "weather.first": inside[0],
    "weather.last": inside.at(-1),
  };
}

async function answerAll(
  bench: Workbench,
  rows: readonly Forecast[],
  asked: readonly Asked[],
): Promise<readonly AnswerRow[]> {
  const questions = asked.map((one) => ({ ...one }));
  const fromHistory = await trained(bench, service, questions);
  expect(fromHistory).toEqual(asked.map((one) => literally(rows, one)));
  expect(await served(bench, service, questions)).toEqual(fromHistory);
  return fromHistory;
}

function drawn(random: Random, rows: number): readonly Forecast[] {
  return random.shuffle(
    Array.from({ length: rows }, (_, id) => {
      const time = jan(3) + random.int(40) * 2 * hour;
      const issued = time + (random.int(9) - 6) * 6 * hour;
      return { id, place: random.int(2) === 0 ? "A" : "B", time, issued, x: random.int(1000) };
    }),
  );
}

/** Forecasts: known before their event time. */
export const forecastCases: readonly ConformanceCase[] = [
  {
    number: 1,
    name: "of forecasts for one event time the one issued last counts from that time on, whatever their ids and the order they came in",
    run: async (bench) => {
      const noon = jan(5, 12);
      const rows = [
        { id: 9, place: "A", time: noon, issued: jan(4, 6), x: 6 },
        { id: 1, place: "A", time: noon, issued: jan(4, 18), x: 18 },
        { id: 5, place: "A", time: noon, issued: jan(4, 9), x: 9 },
        { id: 7, place: "A", time: noon + hour, issued: jan(4, 6), x: 0 },
        { id: 2, place: "B", time: noon, issued: jan(4, 18), x: 2 },
        { id: 4, place: "B", time: noon, issued: jan(4, 18), x: 4 },
        { id: 3, place: "B", time: noon, issued: jan(4, 18), x: 3 },
        { id: 6, place: "B", time: noon, issued: jan(4, 6), x: 6 },
        { id: 8, place: "B", time: noon, issued: noon + 2 * hour, x: 14 },
      ];
      await bring(bench, rows, 3);
      const instants = [noon - 1, noon, noon + 1, noon + hour, noon + 3 * hour];
      const asked = ["A", "B"].flatMap((place) => instants.map((at) => ({ place, at })));
      const found = await answerAll(bench, rows, asked);
      expect(found.map((row) => row["weather.x"])).toEqual([undefined, 18, 18, 0, 0, undefined, 4, 4, 4, 14]);
      expect(found.map((row) => row["weather.last"])).toEqual([
        ...[undefined, undefined, 18, 18, 0],
        ...[undefined, undefined, 4, 4, 14],
      ]);
    },
  },
  {
    number: 1,
    name: "what was known before, at and after it happened, in any order of arrival: the rule read literally",
    run: async (bench) => {
      const random = seededRandom("conformance forecasts");
      const rows = drawn(random, 160);
      await bring(bench, rows, 70);
      const asked = Array.from({ length: 60 }, (_, i) => {
        const { time = 0, issued = 0 } = rows[random.int(rows.length)] ?? {};
        const edge = i % 3 === 0 ? issued : time;
        return { place: random.int(2) === 0 ? "A" : "B", at: edge + random.int(3) - 1 };
      });
      const found = await answerAll(bench, rows, asked);
      expect(found.filter((row) => row["weather.x"] !== undefined).length).toBeGreaterThan(20);
    },
  },
];
