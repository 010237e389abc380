import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { queryTable } from "../../../src/backends/duckdb/query-table.ts";
import { inferSchema } from "../../../src/data/suggest/infer-schema.ts";
import { rowAt } from "../../../src/table/cell-at.ts";

const airports = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/airports.csv", import.meta.url));

test("a query's rows become one table, typed as DuckDB types them, whatever the number of batches", async () => {
  const table = await queryTable("select range as n, range / 2 as half, 'x' || range as name from range(300000)");
  expect(table.rowCount).toBe(300_000);
  expect(rowAt(table, 299_999)).toEqual({ n: 299_999n, half: 149_999.5, name: "x299999" });
  expect((await queryTable("select 1 as n where false")).rowCount).toBe(0);
});

test("a CSV file without a schema gets one from a sample", async () => {
  const source = inferSchema(await queryTable(`select * from '${airports}'`));
  expect(source).toContain("  iata: z.string(),\n");
  expect(source).toContain("  latitude: z.number(),\n");
});

test("a query that cannot run says so, and an ended signal is its reason", async () => {
  await expect(queryTable("select nothing from nowhere")).rejects.toMatchObject({ code: "argument/invalid" });
  const reason = new Error("enough");
  await expect(queryTable("select 1 as n", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
