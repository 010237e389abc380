// Anomalies over time: every batch leaves its metrics, and each new one is judged by those before it.
import { completeness, dataset } from "sluice";
import { queryTable } from "sluice/backends/duckdb";
import { anomaly, holtWinters, predictionInterval, relativeChange, robustInterval } from "sluice/data";
import { tableToRows } from "sluice/table";
import { day, expect, flightSchema, flightsFile, withWorkspace } from "./shared/flights.ts";

const flights = dataset("flights", {
  schema: flightSchema,
  eventTime: "date",
  id: "flight",
  checks: [
    completeness("delay", { atLeast: 0.98 }),
    anomaly("rows", relativeChange({ maxDecrease: 0.5, maxIncrease: 1 })),
    anomaly({ metric: "mean", column: "distance" }, predictionInterval({ confidence: 0.999 })),
  ],
});

await withWorkspace(async (ws) => {
  for (let date = 1; date <= 8; date++) {
    const { outcome, checks } = await ws.data.ingest(flights, day(date));
    console.log(`2001-01-0${date}`, outcome, checks.at(-1)?.outcome, "·", checks.at(-1)?.reason);
  }
  const kilometres = await ws.data.ingest(flights, day(9, { distance: "distance * 1.609344" }));
  expect(kilometres.outcome === "blocked", "the mean distance is an anomaly");
  console.log("2001-01-09 in kilometres:", kilometres.reasons);
  const series = await ws.data.metrics("flights");
  console.table(
    series.map(({ rows, columns }) => ({
      rows,
      mean: columns["distance"]?.mean,
      origins: columns["origin"]?.distinct,
    })),
  );
  expect(series.length === 8, "a metric for every committed batch");
});

// A 10,000-fold spike as the eighth value of the real series of flights a day.
const perDay = await queryTable(
  `select cast(count(*) as double) as n from '${flightsFile}' group by date_trunc('day', date) order by date_trunc('day', date)`,
);
const days = tableToRows(perDay).map(({ n }) => Number(n));
for (const strategy of [predictionInterval(), robustInterval(), relativeChange({ maxIncrease: 1 })]) {
  const verdict = strategy.judge(days.slice(0, 7), 10_000 * Number(days[7]));
  expect(verdict.outcome === "anomaly", `${strategy.strategy} sees the spike`);
  console.log(strategy.strategy, verdict);
}

// Flights have a week: Saturdays are quiet. A Monday with the flights of a Saturday is an anomaly only to who knows that.
const weekly = holtWinters({ period: 7 });
const history = days.slice(0, 70);
const usual = weekly.judge(history, Number(days[70]));
const odd = weekly.judge(history, 0.8 * Number(days[70]));
console.log("the next day:", usual.outcome, usual, "a fifth missing:", odd.outcome);
expect(usual.outcome === "normal" && odd.outcome === "anomaly", "the season is known");
