import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type PostgresQueryOptions, postgresQuery } from "../../../src/backends/postgres/postgres-query.ts";
import type { SourceBatch } from "../../../src/contracts/data-source.ts";
import type { CellTag, ColumnTypes } from "../../../src/core/cell-type.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { watermarkSource } from "../../../src/data/sources/watermark-source.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import { withData } from "../../data/open-data.ts";
import { describePostgres } from "../../support/postgres-server.ts";

function anyOf(tag: CellTag, ...names: readonly string[]): ColumnTypes {
  return Object.fromEntries(names.map((name) => [name, { tag, nullable: true }]));
}

describePostgres("queries on a host's pool", (server) => {
  let pool: pg.Pool;
  beforeAll(() => {
    pool = new pg.Pool({ connectionString: server().url, max: 2 });
  });
  afterAll(() => pool.end());

  async function batchesOf(
    sql: string,
    columns: ColumnTypes,
    params: readonly unknown[] = [],
    options: PostgresQueryOptions = {},
  ): Promise<SourceBatch[]> {
    const batches: SourceBatch[] = [];
    for await (const batch of postgresQuery(pool, sql, params, options).batches(columns)) batches.push(batch);
    return batches;
  }
  const rowsOf = (batches: readonly SourceBatch[]) => batches.flatMap(({ table }) => tableToRows(table));
  const idle = (): boolean => pool.totalCount === pool.idleCount;

  test("every type with its nulls, whatever the zone of the process", async () => {
    const sql = `select * from (values
      (true, 1::int2, -2147483648, 9007199254740993, 0.1::float8, 1.5::float4, 12345678901234567890.5::numeric, 'ä😀',
       date '2001-01-02', timestamp '2001-03-25 02:30:00.678901', timestamptz '2001-01-02 03:04:05+02', '{"a":1}'::jsonb, '{1,2}'::int[]),
      (null, null, null, null, null, null, null, null, null, null, null, null, null)
      ) as t(b, i2, i4, i8, f8, f4, n, s, d, ts, tz, j, a);`;
    const names = ["b", "i2", "i4", "i8", "f8", "f4", "n", "s", "d", "ts", "tz", "j", "a"];
    const [first, second] = rowsOf(await batchesOf(sql, anyOf("f64", ...names)));
    expect(first).toEqual({
      b: true,
      i2: 1,
      i4: -2147483648,
      i8: 9007199254740993n,
      f8: 0.1,
      f4: 1.5,
      n: Number("12345678901234567890.5"),
      s: "ä😀",
      d: Date.UTC(2001, 0, 2),
      ts: Date.UTC(2001, 2, 25, 2, 30, 0, 678) + 0.901,
      tz: Date.UTC(2001, 0, 2, 1, 4, 5),
      j: '{"a": 1}',
      a: "{1,2}",
    });
    expect(second).toEqual(Object.fromEntries(names.map((name) => [name, null])));
    expect(rowsOf(await batchesOf(sql, anyOf("utf8", "n", "i8")))[0]).toEqual({
      n: "12345678901234567890.5",
      i8: "9007199254740993",
    });
  });

  test("rows are fetched as they are taken, in order, and leave the pool's connections as they were", async () => {
    const source = postgresQuery(pool, "select i from generate_series(1, $1::int) i order by i desc", [2500], {
      batchRows: 1000,
    });
    const seen: number[] = [];
    for await (const { table } of source.batches(anyOf("i32", "i"))) seen.push(table.rowCount);
    expect(seen).toEqual([1000, 1000, 500]);
    for await (const { table } of source.batches(anyOf("i32", "i"))) {
      expect(table.columns["i"]?.values[0]).toBe(2500);
      break;
    }
    expect(idle()).toBe(true);
    expect(
      (await pool.query("select count(*)::int as n from pg_stat_activity where state like 'idle in%'")).rows,
    ).toEqual([{ n: 0 }]);
  });

  test("a query that changes data, a wrong query and a column named twice are errors; the pool stays usable", async () => {
    await expect(batchesOf("selekt 1", anyOf("f64", "a"))).rejects.toThrowError(/io\/failed.*syntax error/);
    await expect(batchesOf("select 1 as a, 2 as a", anyOf("f64", "a"))).rejects.toThrowError(
      /data\/malformed-source.*"a"/,
    );
    await expect(batchesOf("select nextval('x')", anyOf("f64", "a"))).rejects.toThrowError(/io\/failed/);
    await expect(
      batchesOf("select 1/(3 - i) as a from generate_series(1, 5) i", anyOf("f64", "a")),
    ).rejects.toThrowError(/io\/failed.*division by zero/);
    expect(() => postgresQuery(pool, "select 1", [], { batchRows: 0 })).toThrowError(/argument\/invalid/);
    const away = new pg.Pool({ connectionString: "postgres://nobody@127.0.0.1:1/none" });
    const source = postgresQuery(away, "select 1 as a", [], { uri: "away" });
    await expect(source.batches(anyOf("f64", "a"))[Symbol.asyncIterator]().next()).rejects.toThrowError(
      /io\/failed.*away/,
    );
    await away.end();
    expect(idle()).toBe(true);
    expect(rowsOf(await batchesOf("select 7 as a -- last", anyOf("f64", "a")))).toEqual([{ a: 7 }]);
  });

  test("a value that no column holds is a fault of its row; reading stops when aborted", async () => {
    const [batch] = await batchesOf(
      "select * from (values (timestamp 'infinity'), ('2001-01-01')) as t(at)",
      anyOf("instant", "at"),
    );
    expect(batch?.faults).toMatchObject([{ row: 0, issues: [{ path: "at", code: "unreadable_value" }] }]);
    const stop = new AbortController();
    const source = postgresQuery(pool, "select i from generate_series(1, 100) i", [], { batchRows: 10 });
    const batches = source.batches(anyOf("i32", "i"), { signal: stop.signal })[Symbol.asyncIterator]();
    await batches.next();
    stop.abort(new Error("enough"));
    await expect(batches.next()).rejects.toThrowError("enough");
    expect(idle()).toBe(true);
  });

  test("a table is collected by a watermark, each row once", () =>
    withData(async ({ data }) => {
      const trips = dataset("trips", {
        schema: z.object({ id: z.bigint(), at: z.date(), km: z.number() }),
        eventTime: "at",
      });
      await pool.query("create table trips (id bigserial primary key, at timestamptz not null, km numeric not null)");
      const add = (n: number) =>
        pool.query("insert into trips (at, km) select now(), i / 8.0 from generate_series(1, $1::int) i", [n]);
      const source = watermarkSource(
        (after) =>
          postgresQuery(pool, "select * from trips where id > $1 order by id", [String(after ?? 0)], { batchRows: 7 }),
        { column: "id", uri: "postgres://db/trips" },
      );
      expect(await data.collect(trips, source)).toMatchObject({ outcome: "up-to-date" });
      await add(20);
      expect(await data.collect(trips, source)).toMatchObject({ outcome: "committed", rows: { accepted: 20 } });
      await add(3);
      expect(await data.collect(trips, source)).toMatchObject({ outcome: "committed", rows: { accepted: 3 } });
      expect(await data.collect(trips, source)).toMatchObject({ outcome: "up-to-date" });
    }));
});
