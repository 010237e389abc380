// What training may ask of data: a version carries the verdicts of its checks, and `requireValidated` reads them. Nothing declared = not validated.
import { completeness, dataset, distribution, isSluiceError } from "sluice";
import { day, expect, flightSchema, flights, withWorkspace } from "./shared/flights.ts";

await withWorkspace(async (ws) => {
  /** Why a version may not be trained on. */
  const refusal = async (version: string): Promise<string> => {
    const error = await ws.data.requireValidated(version).catch((thrown: unknown) => thrown);
    expect(isSluiceError(error, "data/not-validated"), `${version} is not validated`);
    return error.found;
  };

  // No checks: whatever the rows are, nobody looked at them as a whole.
  const unchecked = dataset("unchecked", { schema: flightSchema, eventTime: "date" });
  await ws.data.ingest(unchecked, day(8));
  console.log(await refusal("unchecked"));

  // The first version has nothing to be compared with; the second one has, and then both count.
  await ws.data.ingest(flights, day(8));
  console.log(await refusal("flights"));
  const second = await ws.data.ingest(flights, day(9));
  const version = await ws.data.requireValidated("flights");
  expect(second.outcome === "committed" && version.digest === second.version.digest, "the second one is validated");
  console.log(version.checks.map(({ check, outcome, reason }) => `${outcome} ${check} ${reason}`));

  // A first version with a reference of its own is validated from the start.
  const reference = await ws.data.read("flights", { columns: ["distance"] });
  const referred = dataset("referred", {
    schema: flightSchema,
    eventTime: "date",
    checks: [completeness("delay"), distribution("distance", { against: reference })],
  });
  await ws.data.ingest(referred, day(10));
  await ws.data.requireValidated("referred");

  // Let in with a failed check, a version says so, and so do all that are appended to it.
  await ws.data.ingest(flights, day(10, { distance: "distance * 1.609344" }), { onFailure: "warn" });
  console.log(await refusal("flights"));
  await ws.data.ingest(flights, day(11), { onFailure: "warn" });
  console.log(await refusal("flights@main"));
  await ws.data.requireValidated("flights@main~2");

  // Rows that were committed without an ingest were judged by nobody.
  await ws.data.branch("flights", "by-hand", { from: "main~2" });
  await ws.data.commit(flights, [await ws.data.read("flights@main~2")], { branch: "by-hand", parent: null });
  console.log(await refusal("flights@by-hand"));
});
