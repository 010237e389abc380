// A schema and checks are suggested by a sample, as TypeScript: read it, correct it, commit it. What it said here lies in `shared/suggested-*.ts`.
import { readFile } from "node:fs/promises";
import { dataset } from "sluice";
import { queryTable, sqlSource } from "sluice/backends/duckdb";
import { inferSchema, suggestChecks } from "sluice/data";
import { expect, flightsFile, withWorkspace } from "./shared/flights.ts";
import { checks } from "./shared/suggested-checks.ts";
import { schema } from "./shared/suggested-schema.ts";

const select = `
  select cast(file_row_number as double) as flight, date, cast(delay as double) as delay,
         cast(distance as double) as distance, nullif(origin, 'ATL') as origin
  from read_parquet('${flightsFile}', file_row_number = true)`;
const sample = await queryTable(`${select} where date < timestamp '2001-01-15' order by flight`);

for (const [file, suggested] of [
  ["suggested-schema.ts", inferSchema(sample)],
  ["suggested-checks.ts", suggestChecks(sample)],
] as const) {
  console.log(suggested);
  const committed = await readFile(new URL(`./shared/${file}`, import.meta.url), "utf8");
  expect(committed.endsWith(suggested), "the same sample suggests the same text");
}

// It runs as it is: the next weeks pass what the first two suggested.
await withWorkspace(async (ws) => {
  const flights = dataset("flights", { schema, eventTime: "date", id: "flight", checks });
  for (const [from, to] of [
    ["2001-01-15", "2001-01-22"],
    ["2001-01-22", "2001-01-29"],
  ]) {
    const when = `date >= timestamp '${from}' and date < timestamp '${to}'`;
    const result = await ws.data.ingest(flights, sqlSource(`${select} where ${when} order by flight`));
    console.log(result.summary);
    expect(result.outcome === "committed", "a usual week is as the sample says");
  }
  await ws.data.requireValidated("flights");
});
