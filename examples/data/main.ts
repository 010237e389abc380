// Stage 1, data: one day of real flights from a Parquet file, a second day with broken rows, a third in other units.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { completeness, dataset, distribution, openWorkspace } from "sluice";
import { sqlSource } from "sluice/backends/duckdb";
import { z } from "zod";

const packageFile = createRequire(import.meta.url).resolve("vega-datasets");
const file = join(dirname(packageFile), "..", "data", "flights-3m.parquet");

const flights = dataset("flights", {
  schema: z.object({
    date: z.date(),
    delay: z.number().min(-1200).max(1800),
    distance: z.number().min(1),
    origin: z.string().regex(/^[A-Z]{3}$/, "three capitals"),
  }),
  eventTime: "date",
  checks: [completeness("delay", { atLeast: 0.98 }), distribution("distance", { against: "previous" })],
});

/** The flights of one day; `distance` and `origin` may be SQL that spoils them. */
function day(date: string, distance = "distance", origin = "origin"): ReturnType<typeof sqlSource> {
  return sqlSource(
    `
    select date, cast(delay as double) as delay, cast(${distance} as double) as distance, ${origin} as origin
    from read_parquet('${file.replaceAll("'", "''")}')
    where date >= timestamp '${date}' and date < timestamp '${date}' + interval 1 day order by date, origin, delay`,
    { files: [file] },
  );
}

const folder = await mkdtemp(join(tmpdir(), "sluice-example-"));
const ws = await openWorkspace(folder);
ws.on("batch.blocked", ({ rows, reasons }) => console.log(`event: ${rows} rows blocked: ${reasons.join("; ")}`));

const good = await ws.data.ingest(flights, day("2001-01-08"), { onFailure: "quarantine" });
console.log(good.summary);

const broken = day("2001-01-09", "case when delay > 200 then -distance else distance end");
const second = await ws.data.ingest(flights, broken, { onFailure: "quarantine" });
console.log(second.summary);

const kilometres = await ws.data.ingest(flights, day("2001-01-10", "distance * 1.609344"), { onFailure: "quarantine" });
console.log(kilometres.summary);

const versions = await ws.data.versions("flights");
const head = versions[0];
if (head === undefined) throw new Error("two batches were good");
console.log(`${versions.length} versions; the newest has ${head.rows} rows`);
console.log(
  `made from ${(await ws.upstream(`dataset:${head.digest}`)).children.map((child) => child.node).join(" and ")}`,
);

await ws.close();
await rm(folder, { recursive: true });
