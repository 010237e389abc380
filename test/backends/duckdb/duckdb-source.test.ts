import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parquetSource, sqlSource } from "../../../src/backends/duckdb/duckdb-source.ts";
import type { DataSource } from "../../../src/contracts/data-source.ts";
import type { ColumnTypes } from "../../../src/core/cell-type.ts";
import { concatTables } from "../../../src/table/concat-tables.ts";
import { columnOf, type Table } from "../../../src/table/table.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

const flights = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/flights-3m.parquet", import.meta.url));

const flightColumns: ColumnTypes = {
  date: { tag: "instant", nullable: false },
  delay: { tag: "f64", nullable: false },
  distance: { tag: "f64", nullable: false },
  origin: { tag: "utf8", nullable: false },
  destination: { tag: "utf8", nullable: false },
};

async function readAll(source: DataSource, columns: ColumnTypes): Promise<Table> {
  const tables: Table[] = [];
  for await (const batch of source.batches(columns)) tables.push(batch.table);
  return concatTables(tables);
}

function anyOf(...names: string[]): ColumnTypes {
  return Object.fromEntries(names.map((name) => [name, { tag: "f64", nullable: true }]));
}

test("the flights file is read whole, in its order, with sums as DuckDB counts them", async () => {
  const table = await readAll(parquetSource(flights), flightColumns);
  expect(table.rowCount).toBe(3_000_000);
  const totals = await readAll(
    sqlSource(
      `select sum(delay) as delay, sum(distance) as distance, count(distinct origin) as origins, sum(epoch_ms(date)) as ms, sum(ascii(origin) * delay) as mixed from '${flights}'`,
    ),
    anyOf("delay", "distance", "origins", "ms", "mixed"),
  );
  const [row] = tableToRows(totals);
  const delays = columnOf(table, "delay", "i64").values;
  const origins = columnOf(table, "origin", "utf8");
  const firstBytes = origins.dictionary.map((text) => text.charCodeAt(0));
  let delay = 0n;
  let mixed = 0;
  let ms = 0n;
  delays.forEach((value, i) => {
    delay += value;
    mixed += Number(value) * (firstBytes[origins.values[i] ?? 0] ?? 0);
    ms += BigInt(columnOf(table, "date", "instant").values[i] ?? 0);
  });
  expect(delay).toBe(row?.["delay"]);
  expect(BigInt(mixed)).toBe(row?.["mixed"]);
  expect(ms).toBe(row?.["ms"]);
  expect(BigInt(origins.dictionary.length)).toBe(row?.["origins"]);
});

test("every type is read with its nulls; wide and exact numbers keep their values", async () => {
  const source = sqlSource(
    `select * from (values
      (true, 1::tinyint, 2000000000::integer, 9007199254740993::bigint, 0.5::float, 1.25::decimal(9,2), 'short', 'longer than twelve bytes: ä😀', date '2001-01-02', timestamp '2001-01-02 03:04:05.678901', timestamptz '2001-01-02 03:04:05+02', timestamp '3001-01-01', 'x'::enum('x','y'), uuid '00000000-0000-0000-0000-000000000001', 170141183460469231::hugeint),
      (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
    ) as t(b, i8, i32, i64, f, d, s, l, day, ts, tz, far, e, u, h)`,
  );
  const names = ["b", "i8", "i32", "i64", "f", "d", "s", "l", "day", "ts", "tz", "far", "e", "u", "h"];
  const [first, second] = tableToRows(await readAll(source, anyOf(...names)));
  expect(first).toEqual({
    b: true,
    i8: 1,
    i32: 2_000_000_000,
    i64: 9007199254740993n,
    f: 0.5,
    d: 1.25,
    s: "short",
    l: "longer than twelve bytes: ä😀",
    day: Date.UTC(2001, 0, 2),
    ts: Date.UTC(2001, 0, 2, 3, 4, 5, 678) + 0.901,
    tz: Date.UTC(2001, 0, 2, 1, 4, 5),
    far: Date.UTC(3001, 0, 1),
    e: "x",
    u: "00000000-0000-0000-0000-000000000001",
    h: 170141183460469231n,
  });
  expect(second).toEqual(Object.fromEntries(names.map((name) => [name, null])));
});

test("many distinct texts, short and long, over several batches", async () => {
  const source = sqlSource(
    "select i as n, case when i % 2 = 0 then 't' || i else 'a long text with number ' || i end as s, case when i % 3 = 0 then null else i::varchar end as m from range(300000) t(i)",
  );
  const table = await readAll(source, anyOf("n", "s", "m"));
  const { values, dictionary } = columnOf(table, "s", "utf8");
  const wrong = [...values].findIndex(
    (code, i) => dictionary[code] !== (i % 2 === 0 ? `t${i}` : `a long text with number ${i}`),
  );
  expect([table.rowCount, dictionary.length, wrong]).toEqual([300_000, 300_000, -1]);
  const m = columnOf(table, "m", "utf8");
  expect(
    [...m.values].findIndex((code, i) => (m.states?.[i] === 1 ? m.dictionary[code] !== String(i) : i % 3 !== 0)),
  ).toBe(-1);
});

test("lists of numbers and of texts are read to the bit; a null among the items is refused by name", async () => {
  const sql = `select * from (values
    ('[1.5, nan, -inf]'::double[], [1, -2]::integer[2], [0.5]::float[], ['a', '', 'é"]']),
    ([]::double[], null, '[-0.0]'::float[], null)) as v(d, i, f, t)`;
  const table = await readAll(sqlSource(sql), anyOf("d", "i", "f", "t"));
  expect(tableToRows(table)).toEqual([
    { d: [1.5, Number.NaN, -Infinity], i: [1, -2], f: [0.5], t: ["a", "", 'é"]'] },
    { d: [], i: null, f: [-0], t: null },
  ]);
  for (const list of ["[1, null]", "['a', null]"]) {
    await expect(readAll(sqlSource(`select ${list} as tags`), anyOf("tags"))).rejects.toThrowError(
      /table\/unsupported-type.*in column "tags".*without nulls/,
    );
  }
});

test("only wanted columns are read; a type that no column can hold is named", async () => {
  expect(Object.keys((await readAll(parquetSource(flights), anyOf("origin", "nothing"))).columns)).toEqual(["origin"]);
  await expect(readAll(sqlSource("select [1::bigint] as tags"), anyOf("tags"))).rejects.toThrowError(
    /table\/unsupported-type.*"tags" of DuckDB type BIGINT\[\]/,
  );
  await expect(readAll(sqlSource("select 1 as a"), anyOf("b"))).rejects.toThrowError(
    /data\/missing-column.*columns a.*b/,
  );
});

test("malformed and missing files and wrong queries are errors with their codes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-duckdb-"));
  const broken = join(folder, "broken's.parquet");
  await writeFile(broken, "PAR1 this is no Parquet file PAR1");
  await expect(readAll(parquetSource(broken), flightColumns)).rejects.toThrowError(/data\/malformed-source/);
  await expect(readAll(parquetSource(join(folder, "missing.parquet")), flightColumns)).rejects.toThrowError(
    /io\/failed/,
  );
  await expect(parquetSource(join(folder, "missing.parquet")).digest()).rejects.toThrowError(/io\/failed/);
  await expect(readAll(sqlSource("selekt 1"), flightColumns)).rejects.toThrowError(/argument\/invalid/);
  await expect(
    readAll(sqlSource("select 170141183460469231731687303715884105727::hugeint as n"), anyOf("n")),
  ).rejects.toThrowError(/data\/malformed-source/);
  await rm(folder, { recursive: true });
});

test("a source is identified by its file's bytes and its query", async () => {
  const [file, same, query, other] = await Promise.all([
    parquetSource(flights).digest(),
    parquetSource(flights).digest(),
    sqlSource("select 1", { files: [flights] }).digest(),
    sqlSource("select 2", { files: [flights] }).digest(),
  ]);
  expect(file).toBe(same);
  expect(new Set([file, query, other]).size).toBe(3);
  expect(await sqlSource("select 1").digest()).toBeUndefined();
});

test("reading stops when aborted", async () => {
  const stop = new AbortController();
  const batches = parquetSource(flights).batches(flightColumns, { signal: stop.signal })[Symbol.asyncIterator]();
  await batches.next();
  stop.abort(new Error("enough"));
  await expect(batches.next()).rejects.toThrowError("enough");
});
