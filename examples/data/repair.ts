// Repairing what was quarantined: read the refused rows with their reasons, correct them by code, ingest them again.
import { tableSource } from "sluice";
import { columnOf, makeTable, tableToRows } from "sluice/table";
import { day, expect, flightSchema, flights, withWorkspace } from "./shared/flights.ts";

await withWorkspace(async (ws) => {
  await ws.data.ingest(flights, day(8));
  // A sender that writes some origins in lower case, and some distances as negative numbers.
  const spoilt = day(9, {
    origin: "case when flight % 1000 = 0 then lower(origin) else origin end",
    distance: "case when flight % 3000 = 1 then -distance else distance end",
  });
  const { rows } = await ws.data.ingest(flights, spoilt, { onFailure: "quarantine" });
  console.log(rows);

  // The quarantine is a dataset of its own, versioned like any other.
  const { table, reasons, sourceRows, version } = await ws.data.readQuarantine("flights");
  console.log(`${table.rowCount} refused rows, as row ${sourceRows[0]}: ${reasons[0]}`);
  expect(table.rowCount === rows.quarantined && reasons.every((reason) => reason !== ""), "each with its reason");
  // Bad rows can be replayed through your own zod: the issues are the same.
  const [bad] = tableToRows(table, { instants: "date" });
  console.log(flightSchema.safeParse(bad).error?.issues);

  const origin = columnOf(table, "origin", "utf8");
  const repaired = makeTable({
    ...table.columns,
    origin: { ...origin, dictionary: origin.dictionary.map((code) => code.toUpperCase()) },
    distance: { tag: "f64", values: columnOf(table, "distance", "f64").values.map(Math.abs) },
  });
  const healed = await ws.data.ingest(flights, tableSource(repaired), { repairs: version });
  console.log(healed.summary);
  expect(healed.outcome === "committed" && healed.rows.accepted === rows.quarantined, "all of them are in now");
  const origins = (await ws.upstream(`dataset:${healed.version.digest}`)).children.map(
    ({ node, via }) => `${via} ${node}`,
  );
  console.log(origins);
  expect(
    origins.some((line) => line.includes(version)),
    "the lineage says which quarantine they came from",
  );
});
