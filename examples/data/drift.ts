// Distributions: against the version before, against a fixed reference, and what is trained on against what is served with.
import { completeness, dataset, distribution } from "sluice";
import { queryTable } from "sluice/backends/duckdb";
import { skew } from "sluice/data";
import { day, expect, flightSchema, flightsBetween, flightsFile, withWorkspace } from "./shared/flights.ts";

// A reference that stays the same: the first week of the year.
const firstWeek = await queryTable(
  `select cast(delay as double) as delay, origin from '${flightsFile}' where date < timestamp '2001-01-08'`,
);

// What a model was served with: logged requests, a dataset like any other.
const served = dataset("served", { schema: flightSchema, eventTime: "date", id: "flight" });

const flights = dataset("flights", {
  schema: flightSchema,
  eventTime: "date",
  id: "flight",
  checks: [
    completeness("delay", { atLeast: 0.98 }),
    distribution("distance", { against: "previous" }),
    distribution("origin", { against: firstWeek }),
    // Another distance than the population stability index; then the least effect that matters must be said.
    distribution("delay", { against: firstWeek, metric: "jensenShannon", minEffect: 0.1, severity: "warn" }),
    skew("distance", { against: { version: "served" } }),
  ],
});

await withWorkspace(async (ws) => {
  // Without history there is nothing to compare with: that is its own answer, never "ok".
  const first = await ws.data.ingest(flights, day(8));
  console.log(first.summary);
  const open = first.checks.filter(({ outcome }) => outcome === "insufficientHistory").map(({ check }) => check);
  expect(open.join() === "distribution,skew", "no version before, nothing served yet");

  await ws.data.ingest(served, flightsBetween("2001-01-08", "2001-01-10"));
  const second = await ws.data.ingest(flights, day(9));
  console.log(second.summary);
  expect(
    second.checks.every(({ outcome, severity }) => outcome === "pass" || severity === "warn"),
    "a usual day",
  );

  // Kilometres instead of miles: every row is valid, the batch is not.
  const kilometres = await ws.data.ingest(flights, day(10, { distance: "distance * 1.609344" }));
  expect(kilometres.outcome === "blocked", "another unit is another distribution");
  console.log(kilometres.reasons);

  // Every hundredth flight of a day differs from the day by chance alone: thresholds know how many rows were compared.
  const few = await ws.data.ingest(flights, day(10, { only: "flight % 100 = 0" }));
  console.log(few.summary);
  expect(few.outcome === "committed" && few.rows.read < 200, "a small batch of the same data passes");
});
