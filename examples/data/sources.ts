// One table, seven doors: CSV, JSON lines, Arrow, Parquet twice, SQL and plain objects. Equal rows make the same version, wherever they come from.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tableToIPC } from "apache-arrow";
import { dataset, rowsSource } from "sluice";
import { arrowFile, tableToArrow } from "sluice/backends/arrow";
import { exportParquet, parquetSource, sqlSource } from "sluice/backends/duckdb";
import { csvFile, jsonLinesFile } from "sluice/backends/fs";
import { hyparquetFile } from "sluice/backends/hyparquet";
import type { DataSource } from "sluice/contracts";
import { tableToRows } from "sluice/table";
import { z } from "zod";
import { dataFolder, expect, withWorkspace } from "./shared/flights.ts";

const airports = dataset("airports", {
  schema: z.object({
    iata: z.string(),
    name: z.string(),
    state: z.string().nullable(),
    latitude: z.number().min(-90).max(90),
    seen: z.date().default(new Date("2001-01-01T00:00Z")), // the file has no date: every row gets this one
  }),
  eventTime: "seen",
});

await withWorkspace(async (ws, folder) => {
  const csv = join(dataFolder, "airports.csv");
  const first = await ws.data.ingest(airports, csvFile(csv), { onFailure: "quarantine" });
  console.log(first.summary);
  expect(first.outcome === "committed" && first.rows.accepted === 3376, "every airport of the file");
  const { digest } = first.version;

  // The same rows, written the other ways.
  const table = await ws.data.read("airports");
  const rows = tableToRows(table, { instants: "date" });
  await writeFile(join(folder, "airports.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  await writeFile(join(folder, "airports.arrow"), tableToIPC(tableToArrow(table), "file"));
  await exportParquet(ws.data, digest, join(folder, "parquet"));
  const parquet = join(folder, "parquet", "part-00000.parquet");

  const doors: readonly (readonly [string, DataSource])[] = [
    ["JSON lines", jsonLinesFile(join(folder, "airports.jsonl"))],
    ["Arrow", arrowFile(join(folder, "airports.arrow"))],
    ["Parquet by DuckDB", parquetSource(parquet)],
    ["Parquet in plain JavaScript", hyparquetFile(parquet)],
    ["SQL", sqlSource(`select * from read_parquet('${parquet}')`)],
    ["rows, as they come", rowsSource(rows, { uri: "memory" })],
  ];
  for (const [door, source] of doors) {
    const result = await ws.data.ingest(airports, source, { mode: "replace" });
    expect(result.outcome === "committed", result.summary);
    expect(result.version.digest === digest, `the rows from ${door} are the same version`);
    console.log(`${door.padEnd(28)} ${result.version.rows} rows, ${result.version.digest.slice(0, 19)}…`);
  }
  expect((await ws.data.versions("airports")).length === 1, "nothing was stored a second time");
});
