import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";
import { sqlSource } from "../../src/backends/duckdb/duckdb-source.ts";
import { completeness } from "../../src/data/checks/completeness.ts";
import { distribution } from "../../src/data/checks/distribution.ts";
import { dataset } from "../../src/data/dataset.ts";
import { columnOf } from "../../src/table/table.ts";
import { withData } from "./open-data.ts";

const file = fileURLToPath(new URL("../../node_modules/vega-datasets/data/flights-3m.parquet", import.meta.url));
const airport = z.string().regex(/^[A-Z]{3}$/);

const flights = dataset("flights", {
  schema: z.object({
    date: z.date(),
    delay: z.number().int(),
    distance: z.number().positive(),
    origin: airport,
    destination: airport,
  }),
  eventTime: "date",
  checks: [
    completeness("delay", { atLeast: 0.98 }),
    distribution("distance", { against: "previous" }),
    distribution("origin", { against: "previous" }),
  ],
});

function month(from: string, to: string, distance = "distance") {
  const sql = `select date, delay, ${distance} as distance, origin, destination from '${file}' where date >= '${from}' and date < '${to}'`;
  return sqlSource(sql, { files: [file] });
}

test("real flights: January, then February; a month in kilometres is blocked whole", () =>
  withData(async ({ data }) => {
    const january = await data.ingest(flights, month("2001-01-01", "2001-02-01"));
    if (january.outcome !== "committed") return expect.fail(january.summary);
    expect(january.rows).toEqual({ read: 508_239, accepted: 508_239, quarantined: 0, blocked: 0 });
    const february = await data.ingest(flights, month("2001-02-01", "2001-03-01"));
    if (february.outcome !== "committed") return expect.fail(february.summary);
    expect(await data.validation(february.version.digest)).toMatchObject({ validated: true });
    expect(february.version.rows).toBe(508_239 + february.rows.read);
    const table = await data.read(february.version.digest, { columns: ["date", "origin"] });
    expect(Math.max(...columnOf(table, "date", "instant").values.slice(0, 1000))).toBeLessThan(Date.UTC(2001, 1, 1));
    const march = await data.ingest(flights, month("2001-03-01", "2001-04-01", "distance * 1.609344"), {
      onFailure: "quarantine",
    });
    expect(march, march.summary).toMatchObject({
      outcome: "blocked",
      rows: { accepted: 0, quarantined: 0, blocked: march.rows.read },
    });
    expect((await data.head("flights"))?.digest).toBe(february.version.digest);
  }));
