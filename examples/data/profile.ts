// A profile says what a version's columns hold. Profiles of parts are kept and merged: after an append only what is new is read.
import { performance } from "node:perf_hooks";
import { flights, flightsBetween, expect, withWorkspace } from "./shared/flights.ts";

await withWorkspace(async (ws) => {
  const first = await ws.data.ingest(flights, flightsBetween("2001-01-01", "2001-04-01"));
  expect(first.outcome === "committed", first.summary);
  let start = performance.now();
  const profile = await ws.data.profile(first.version.digest);
  console.log(`${profile.rows} rows in ${(performance.now() - start).toFixed(0)} ms`);
  console.table(
    Object.entries(profile.columns).map(([column, { nulls, distinct, min, max, mean, sd }]) => ({
      column,
      nulls,
      distinct: distinct.value,
      min,
      max,
      mean,
      sd,
    })),
  );

  const { delay, origin } = profile.columns;
  expect(delay !== undefined && origin !== undefined, "a profile of every column");
  console.log(delay.quantiles);
  expect(delay.rows === profile.rows && delay.nulls === 0 && delay.nans === 0, "every row has a delay");
  expect(Number(delay.min) < 0 && Number(delay.max) > 600, "the earliest and the latest");
  expect(origin.min === undefined && origin.distinct.value > 200, "texts are counted, not ordered");

  // A day more: some parts are new, the others are known.
  const more = await ws.data.ingest(flights, flightsBetween("2001-04-01", "2001-04-02"));
  expect(more.outcome === "committed", more.summary);
  start = performance.now();
  const after = await ws.data.profile(more.version.digest);
  console.log(`after a day more: ${after.rows} rows in ${(performance.now() - start).toFixed(0)} ms`);
  expect(after.rows === more.version.rows, "the profile is of all rows");
});
