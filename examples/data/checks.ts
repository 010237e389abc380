// Checks judge a batch as a whole: every row check with its tolerance, values that must exist in another dataset, rules of one's own.
import { completeness, dataset, membership, rowCount, uniqueness } from "sluice";
import { csvFile } from "sluice/backends/fs";
import {
  compare,
  correlationBounds,
  custom,
  distinctBounds,
  entropyBounds,
  freshness,
  meanBounds,
  monotonic,
  pattern,
  quantileBounds,
  range,
  referential,
  sdBounds,
  textLength,
} from "sluice/data";
import { columnOf } from "sluice/table";
import { join } from "node:path";
import { z } from "zod";
import { dataFolder, day, expect, flightSchema, withWorkspace } from "./shared/flights.ts";

const airports = dataset("airports", {
  schema: z.object({ iata: z.string(), seen: z.date().default(new Date("2001-01-01T00:00Z")) }),
  eventTime: "seen",
});

const checked = dataset("flights", {
  schema: flightSchema,
  eventTime: "date",
  id: "flight",
  checks: [
    rowCount({ atLeast: 10_000, atMost: 30_000 }),
    completeness("delay", { atLeast: 0.98 }),
    uniqueness(["flight"]),
    uniqueness(["origin", "destination", "date"], { atMost: 0.05 }), // together; up to 5% of the rows may repeat
    range("delay", { min: -60, max: 600, atMost: { rows: 20 } }), // at most 20 rows may lie outside
    membership("origin", ["ATL", "ORD", "DFW"], { severity: "warn" }), // reported; decides nothing
    pattern("destination", /^[A-Z]{3}$/),
    textLength("origin", { min: 3, max: 3 }),
    monotonic("flight", { direction: "increasing" }),
    compare("origin", "!=", "destination"),
    meanBounds("delay", { min: -5, max: 60 }),
    sdBounds("distance", { min: 100 }),
    quantileBounds("delay", 0.95, { max: 120 }),
    distinctBounds("origin", { min: 100 }),
    entropyBounds("origin", { min: 4 }),
    correlationBounds("delay", "distance", { min: -0.3, max: 0.3 }),
    freshness("date", { maxAge: "1h", severity: "warn" }), // these flights are decades old
    referential(["origin"], { in: "airports", columns: ["iata"] }), // the newest version of the airports
    custom("no delay beyond the flight", { version: "1", columns: ["delay", "distance"] }, ({ batch }) => {
      const delay = columnOf(batch, "delay", "f64").values;
      const distance = columnOf(batch, "distance", "f64").values;
      const failingRows = [...delay.keys()].filter((row) => Number(delay[row]) > 600 + Number(distance[row]));
      return { pass: failingRows.length < 5, reason: `${failingRows.length} delays beyond reason`, failingRows };
    }),
  ],
});

await withWorkspace(async (ws) => {
  await ws.data.ingest(airports, csvFile(join(dataFolder, "airports.csv")));

  const good = await ws.data.ingest(checked, day(8));
  console.log(good.summary);
  expect(good.outcome === "committed", "the warnings do not decide");
  const outcomeOf = (name: string): string | undefined => good.checks.find(({ check }) => check === name)?.outcome;
  expect(outcomeOf("membership") === "fail" && outcomeOf("freshness") === "fail", "but they are told");

  // A day whose origins do not exist: the referential check finds every row, and shows some.
  const bad = await ws.data.ingest(
    checked,
    day(9, { origin: "case when flight % 1000 = 0 then 'QQQ' else origin end" }),
  );
  const orphans = bad.checks.find(({ check }) => check === "referential");
  expect(bad.outcome === "blocked" && orphans?.outcome === "fail", "a blocked batch");
  console.log(bad.reasons, `${orphans.rowsFailing} rows, as in`, orphans.sampleRows?.[0]);
  expect(orphans.sampleRows?.[0]?.["origin"] === "QQQ", "the rows that fail are shown");
  expect((await ws.data.versions("flights")).length === 1, "the dataset is as it was");
});
