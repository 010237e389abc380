// Incremental collection: a scheduled job takes what is new in a folder, and the new rows of a table, each exactly once.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dataset, openWorkspace } from "sluice";
import { queryTable, sqlSource } from "sluice/backends/duckdb";
import { fileSetSource, jsonLinesFile } from "sluice/backends/fs";
import { watermarkSource } from "sluice/data";
import { tableToRows } from "sluice/table";
import { expect, flightSchema, flightsFile, withWorkspace } from "./shared/flights.ts";

const select = `
  select cast(file_row_number as double) as flight, date, cast(delay as double) as delay,
         cast(distance as double) as distance, origin, destination
  from read_parquet('${flightsFile}', file_row_number = true)`;

/** The flights of a day as JSON lines, as another system would drop them. */
async function drop(inbox: string, date: string): Promise<void> {
  const table = await queryTable(`${select} where date_trunc('day', date) = timestamp '${date}'`);
  const lines = tableToRows(table, { instants: "date" }).map((row) => JSON.stringify(row));
  await writeFile(join(inbox, `${date}.jsonl`), `${lines.join("\n")}\n`);
}

await withWorkspace(async (ws, folder) => {
  // A folder: the cursor is the list of the files that were taken, with size, time and digest.
  const flights = dataset("flights", { schema: flightSchema, eventTime: "date", id: "flight" });
  const inbox = join(folder, "inbox");
  await mkdir(inbox);
  const source = fileSetSource(join(inbox, "*.jsonl"), jsonLinesFile, { uri: "inbox" });
  for (const date of ["2001-01-01", "2001-01-02"]) {
    await drop(inbox, date);
    console.log((await ws.data.collect(flights, source)).summary);
  }
  const again = await ws.data.collect(flights, source);
  console.log(again.summary);
  expect(again.outcome === "up-to-date", "no file is taken twice");

  // The cursor is in the workspace and moves with the version: of two that collect at once, one takes the file.
  const other = await openWorkspace(join(folder, "workspace"));
  await drop(inbox, "2001-01-03");
  const both = await Promise.all([ws.data.collect(flights, source), other.data.collect(flights, source)]);
  expect(both.filter(({ outcome }) => outcome === "committed").length === 1, "one of them takes the file");
  await other.close();
  const { rowCount } = await ws.data.read("flights");
  const [count] = tableToRows(
    await queryTable(`select count(*) as n from (${select}) where date < timestamp '2001-01-04'`),
  );
  expect(count?.["n"] === BigInt(rowCount), "every flight of three days, each once");
  console.log(`${rowCount} flights of three days, each once`);

  // A table: the cursor is the greatest value of a column that grows.
  const log = dataset("log", { schema: flightSchema, eventTime: "date", id: "flight" });
  let size = 1000; // rows that the table has by now
  const table = watermarkSource(
    (after) =>
      sqlSource(`${select} where file_row_number > ${after ?? -1} and file_row_number < ${size} order by flight`),
    { column: "flight", uri: "db://example/flights" },
  );
  for (size of [1000, 1500, 1500]) {
    console.log((await ws.data.collect(log, table)).summary.split("\n")[0]);
    expect((await ws.data.read("log")).rowCount === size, `${size} rows, none of them twice`);
  }
});
