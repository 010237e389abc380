// Where the flights come from: the Parquet file of the npm package vega-datasets, read by DuckDB.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { sqlSource } from "sluice/backends/duckdb";

const data = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");

/** Every airport code of the package's list of airports. */
export function airportCodes(): [string, ...string[]] {
  const lines = readFileSync(join(data, "airports.csv"), "utf8").split("\n").slice(1);
  const codes = lines.map((line) => line.split(",")[0] ?? "").filter((code) => code !== "");
  return ["???", ...codes].slice(1) as [string, ...string[]];
}

/** How a batch arrives. */
export type Arrival = "as it is" | "with broken rows" | "in kilometres";

/** The flights that left in [from, to), dates as in "2001-04-01". */
export function flightsBetween(from: string, to: string, arrival: Arrival = "as it is"): ReturnType<typeof sqlSource> {
  const parquet = join(data, "flights-3m.parquet");
  const file = parquet.replaceAll("'", "''");
  const sql = `
    with rows as (
      select file_row_number as flight, date, delay, ${distance(arrival)} as distance,
             ${origin(arrival)} as origin, destination, distance as miles
      from read_parquet('${file}', file_row_number = true)
      where date >= timestamp '${from}' and date < timestamp '${to}'
    )
    select cast(flight as double) as flight, date,
           date + to_microseconds(cast(round((30 + miles / 7.5 + greatest(delay, 0)) * 60000) * 1000 as bigint)) as landed,
           cast(delay as double) as delay, cast(distance as double) as distance, origin, destination
    from rows order by flight`;
  return sqlSource(sql, { files: [parquet], uri: `flights-3m.parquet ${from} to ${to} ${arrival}` });
}

function distance(arrival: Arrival): string {
  if (arrival === "in kilometres") return "distance * 1.609344";
  return arrival === "with broken rows"
    ? "case when file_row_number % 7001 = 2 then -distance else distance end"
    : "distance";
}

function origin(arrival: Arrival): string {
  if (arrival !== "with broken rows") return "origin";
  return "case when file_row_number % 5003 = 1 then null when file_row_number % 9001 = 3 then 'QQQ' else origin end";
}
