// The right to erasure: a person's rows leave every version, the quarantine and the disk; the lineage stays.
import { dataset, isSluiceError, rowsSource } from "sluice";
import { queryTable } from "sluice/backends/duckdb";
import { formatLineage } from "sluice/workflows";
import { columnOf, tableToRows } from "sluice/table";
import { z } from "zod";
import { expect, flightsFile, withWorkspace } from "./shared/flights.ts";

// Real flights, with passengers made up: every row is a booking of one of 500 people.
const bookings = dataset("bookings", {
  schema: z.object({
    booking: z.number().int(),
    date: z.date(),
    passenger: z.number().int().positive(),
    origin: z.string(),
  }),
  eventTime: "date",
  id: "booking",
});
const rows = tableToRows(
  await queryTable(`
    select cast(file_row_number as double) as booking, date, cast(1 + file_row_number % 500 as double) as passenger, origin
    from read_parquet('${flightsFile}', file_row_number = true) where file_row_number < 20000 order by booking`),
  { instants: "date" },
);

await withWorkspace(async (ws) => {
  await ws.data.ingest(bookings, rowsSource(rows.slice(0, 10_000), { uri: "bookings of January" }));
  await ws.data.tag("bookings", "january");
  const february = rows.slice(10_000).map((row, i) => (i === 16 ? { ...row, origin: null } : row)); // one is refused
  await ws.data.ingest(bookings, rowsSource(february, { uri: "bookings of February" }), { onFailure: "quarantine" });
  const old = await ws.data.resolve("bookings", "january");

  const {
    rows: erased,
    versions,
    purged,
  } = await ws.data.erase("bookings", {
    where: { passenger: 17 },
    reason: "request 2001-17",
    actor: "ada",
  });
  console.log(`${erased} rows, ${purged} blobs purged`, versions);
  expect(erased === 40, "every booking of passenger 17, the refused one included");

  // Branches, tags and the quarantine lead to versions without them.
  for (const name of ["bookings", "bookings@january", "bookings.quarantine"]) {
    const passengers = columnOf(await ws.data.read(name), "passenger", "f64").values;
    expect(!passengers.includes(17), `${name} has no rows of passenger 17`);
    console.log(name, passengers.length, "rows");
  }

  // The old version's name is a tombstone: it says what took its place, and nothing of the rows.
  const gone = await ws.data.read(old.version).catch((error: unknown) => error);
  expect(isSluiceError(gone, "data/erased"), "the old version cannot be read");
  console.log(gone.message);
  console.log(formatLineage(await ws.downstream(`dataset:${old.version}`)));
  const audit = (await ws.audit({ subject: "bookings" })).at(-1);
  console.log(audit?.kind, "by", audit?.actor);
  expect(audit?.kind === "dataset.erased" && (await ws.verifyAudit()).valid, "who, when and why is in the audit log");
});
