// What the examples of this folder share: real flights of 2001 from the npm package vega-datasets, and a workspace that is thrown away.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { completeness, dataset, distribution, openWorkspace, type Workspace } from "sluice";
import { sqlSource } from "sluice/backends/duckdb";
import { z } from "zod";

/** The folder with the package's data. */
export const dataFolder = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");

/** Three million flights; the path as SQL has it between quotes. */
export const flightsFile = join(dataFolder, "flights-3m.parquet").replaceAll("'", "''");

/** A row: `flight` is its ordinal in the file, which has no id. */
export const flightSchema = z.object({
  flight: z.number().int(),
  date: z.date(),
  delay: z.number().min(-1200).max(1800),
  distance: z.number().min(1),
  origin: z.string().regex(/^[A-Z]{3}$/),
  destination: z.string().regex(/^[A-Z]{3}$/),
});

/** Flights with the least that a version needs to count as validated: a completeness and a distribution check. */
export const flights = dataset("flights", {
  schema: flightSchema,
  eventTime: "date",
  id: "flight",
  checks: [completeness("delay", { atLeast: 0.98 }), distribution("distance", { against: "previous" })],
});

/** SQL in place of columns, to spoil them, and a condition, to thin the rows. */
export interface FlightsSql {
  readonly distance?: string;
  readonly origin?: string;
  readonly only?: string;
}

/** The flights that left in [from, to). */
export function flightsBetween(
  from: string,
  to: string,
  { distance = "distance", origin = "origin", only = "true" }: FlightsSql = {},
): ReturnType<typeof sqlSource> {
  const sql = `
    select cast(file_row_number as double) as flight, date, cast(delay as double) as delay,
           cast(${distance} as double) as distance, ${origin} as origin, destination
    from read_parquet('${flightsFile}', file_row_number = true)
    where date >= timestamp '${from}' and date < timestamp '${to}' and ${only} order by flight`;
  return sqlSource(sql, {
    files: [join(dataFolder, "flights-3m.parquet")],
    uri: `flights-3m.parquet ${from} to ${to}`,
  });
}

/** The flights of one day of January 2001. */
export function day(date: number, sql: FlightsSql = {}): ReturnType<typeof sqlSource> {
  const name = (n: number): string => `2001-01-${String(n).padStart(2, "0")}`;
  return flightsBetween(name(date), name(date + 1), sql);
}

/** Runs `work` in a new folder with a workspace in it, and takes both away. */
export async function withWorkspace(work: (ws: Workspace, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-example-"));
  const ws = await openWorkspace(join(folder, "workspace"));
  try {
    await work(ws, folder);
  } finally {
    await ws.close();
    await rm(folder, { recursive: true });
  }
}

/** Every example proves what it says. */
export function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}
