import { openDuckDb, type DuckDbSession } from "../../src/backends/duckdb/duckdb-session.ts";
import { cellState } from "../../src/table/column.ts";
import type { Table } from "../../src/table/table.ts";
import { bestMs } from "../measure.ts";

// The rules of validate.ts as a user of DuckDB would write them: one scan finds the rows that break any, and those alone are asked which.

/** Column, zod's code for the fault, and the fault in SQL. */
const faults: readonly (readonly [column: string, code: string, fault: string])[] = [
  ["id", "invalid_type", "id is null or floor(id) <> id"],
  ["id", "too_small", "id < 0"],
  ["id", "too_big", "id > 9007199254740991"],
  ["price", "invalid_type", "price is null"],
  ["price", "too_small", "price < 0"],
  ["price", "too_big", "price > 1000"],
  ["pack", "invalid_type", "pack is null or floor(pack) <> pack"],
  ["pack", "not_multiple_of", "pack % 5 <> 0"],
  ["at", "invalid_type", '"at" is null'],
  ["at", "too_small", `"at" < timestamp '1970-01-01'`],
  ["account", "invalid_type", "account is null"],
  ["account", "too_small", "account < 0"],
  ["account", "too_big", "account > 4611686018427387904"],
  ["delay", "too_small", "delay < -60"],
  ["delay", "too_big", "delay > 600"],
  ["open", "invalid_type", '"open" is null'],
  ["carrier", "invalid_value", "carrier is null or carrier not in ('AA', 'DL', 'UA', 'WN')"],
  ["code", "invalid_type", "code is null"],
  ["code", "invalid_format", "not regexp_matches(code, '^[A-Z]{3}[0-9]{3}$')"],
  ["note", "too_big", "length(note) > 12"],
];

/** What a row that breaks no rule fulfils: the quickest form that was found of the same rules. */
const fine = `id >= 0 and id <= 9007199254740991 and floor(id) = id and price >= 0 and price <= 1000 and floor(pack) = pack and pack % 5 = 0
  and "at" >= timestamp '1970-01-01' and account >= 0 and account <= 4611686018427387904
  and (delay is null or (delay >= -60 and delay <= 600)) and "open" is not null and carrier in ('AA', 'DL', 'UA', 'WN')
  and regexp_matches(code, '^[A-Z]{3}[0-9]{3}$') and (note is null or length(note) <= 12)`;

const whichFaults = faults
  .map(([column, code, fault]) => `case when ${fault} then '${column}: ${code}' end`)
  .join(", ");

const sql = `with bad as materialized (select rowid as row, * from t where (${fine}) is not true)
  select row, concat_ws(',', ${whichFaults}) from bad order by row`;

/** Milliseconds that DuckDB takes with two threads to find every issue, as `row column: code`. */
export async function issuesInDuckDb(table: Table): Promise<{ readonly ms: number; readonly issues: Set<string> }> {
  const session = await openDuckDb();
  const { connection } = session;
  try {
    await connection.run("set threads = 2");
    await load(session, table);
    let columns: readonly (readonly unknown[])[] = [];
    const ms = await bestMs(async () => {
      columns = (await connection.runAndReadAll(sql)).getColumns();
    }, 9);
    const [rows = [], texts = []] = columns;
    const issues = rows.flatMap((row, i) =>
      String(texts[i])
        .split(",")
        .map((issue) => `${row} ${issue}`),
    );
    return { ms, issues: new Set(issues) };
  } finally {
    session.close();
  }
}

async function load({ connection }: DuckDbSession, table: Table): Promise<void> {
  const { DuckDBTimestampValue: Timestamp } = await import("@duckdb/node-api");
  await connection.run(
    'create table t (id double, price double, pack double, "at" timestamp, account bigint, delay double, "open" boolean, carrier varchar, code varchar, note varchar)',
  );
  const appender = await connection.createAppender("t");
  for (let row = 0; row < table.rowCount; row++) {
    for (const [name, column] of Object.entries(table.columns)) {
      const state = column.states?.[row] ?? cellState.present;
      const value = column.values[row] ?? 0;
      if (state !== cellState.present) appender.appendNull();
      else if (column.tag === "utf8") appender.appendVarchar(column.dictionary[Number(value)] ?? "");
      else if (column.tag === "bool") appender.appendBoolean(value === 1);
      else if (column.tag === "i64") appender.appendBigInt(BigInt(value));
      else if (name === "at") appender.appendTimestamp(new Timestamp(BigInt(value) * 1000n));
      else appender.appendDouble(Number(value));
    }
    appender.endRow();
  }
  appender.closeSync();
}
