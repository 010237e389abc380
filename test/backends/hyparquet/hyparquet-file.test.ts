import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDuckDb } from "../../../src/backends/duckdb/duckdb-session.ts";
import { parquetSource } from "../../../src/backends/duckdb/duckdb-source.ts";
import { hyparquetFile } from "../../../src/backends/hyparquet/hyparquet-file.ts";
import type { DataSource } from "../../../src/contracts/data-source.ts";
import type { ColumnTypes } from "../../../src/core/cell-type.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const names = ["b", "i", "l", "f", "d", "s", "e", "day", "ts", "tz"];
const columns: ColumnTypes = Object.fromEntries(names.map((name) => [name, { tag: "f64", nullable: true }]));

const select = `select i % 2 = 0 as b, i::int as i, 9007199254740993 + i as l, i / 7 as f, (i / 8)::decimal(12, 3) as d,
  case when i % 3 = 0 then null else 'text ä ' || (i % 100) end as s, (['x', 'y'])[1 + (i % 2)::int]::enum('x', 'y') as e,
  date '2001-01-01' + (i % 1000)::int as day, make_timestamp(978307200000000 + i * 1001) as ts,
  make_timestamp(978307200000000 + i * 1000)::timestamptz as tz from range(20000) t(i)`;

async function parquet(query: string, options: string): Promise<string> {
  const path = join(temporaryFolder(), "some.parquet");
  const session = await openDuckDb();
  await session.connection.run(`copy (${query}) to '${path}' (format parquet, ${options})`);
  session.close();
  return path;
}

async function rowsOf(source: DataSource, types: ColumnTypes = columns) {
  const rows = [];
  for await (const { table, faults } of source.batches(types)) {
    expect(faults).toEqual([]);
    rows.push(...tableToRows(table));
  }
  return rows;
}

test.each(["snappy", "zstd", "gzip", "uncompressed"])("a file in %s is read as DuckDB reads it", async (codec) => {
  const path = await parquet(select, `compression ${codec}, row_group_size 8192`);
  const [ours, theirs] = [await rowsOf(hyparquetFile(path)), await rowsOf(parquetSource(path))];
  expect(ours).toHaveLength(20_000);
  expect(ours.findIndex((row, i) => names.some((name) => row[name] !== theirs[i]?.[name]))).toBe(-1);
  expect(await hyparquetFile(path).digest()).toBe(await parquetSource(path).digest());
});

test("a file cut off anywhere, one with other bytes in it and one that is none are malformed, and named", async () => {
  const path = await parquet(select, "compression snappy");
  const bytes = readFileSync(path);
  for (const share of [0, 0.01, 0.5, 0.99, 0.9999]) {
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
    await expect(rowsOf(hyparquetFile(path)), `${share}`).rejects.toThrowError(/data\/malformed-source.*some\.parquet/);
  }
  writeFileSync(path, Buffer.from(bytes).fill(0xff, 100, 20_000));
  await expect(rowsOf(hyparquetFile(path))).rejects.toThrowError(/data\/malformed-source.*some\.parquet/);
});

test("missing files, nested columns and unwanted ones; reading stops when aborted", async () => {
  await expect(rowsOf(hyparquetFile("/nowhere/x.parquet"))).rejects.toThrowError(/io\/failed.*nowhere/);
  const path = await parquet("select 1 as n, [1, 2] as list, {'a': 1} as s", "compression snappy");
  expect(await rowsOf(hyparquetFile(path), { n: { tag: "i32", nullable: false } })).toEqual([{ n: 1 }]);
  await expect(rowsOf(hyparquetFile(path), { list: { tag: "f64", nullable: false } })).rejects.toThrowError(
    /table\/unsupported-type.*"list"/,
  );
  const stop = new AbortController();
  const many = hyparquetFile(await parquet(select, "row_group_size 8192"));
  const batches = many.batches(columns, { signal: stop.signal })[Symbol.asyncIterator]();
  expect((await batches.next()).value?.sourceColumns).toEqual(names);
  stop.abort(new Error("enough"));
  await expect(batches.next()).rejects.toThrowError("enough");
});
