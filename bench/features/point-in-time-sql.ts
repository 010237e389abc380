import { createTableSql, openOfflineDatabase } from "../../src/backends/duckdb/offline-database.ts";
import type { Table } from "../../src/table/table.ts";
import { onceMs } from "../measure.ts";
import { ttlMs } from "./point-in-time-data.ts";

/** What SQL took for a join, and how many spine rows it found a value for. */
export interface JoinedInSql {
  readonly ms: number;
  readonly found: number;
}

/** DuckDB's own join for the question. */
const asof = `
  select s.id, s.asked, case when e.time >= s.asked - ${ttlMs} then e.v end as v
  from spine s asof left join source e on s.id = e.id and s.asked >= e.time`;

/**
 * The statement that Feast generates for one view (its template for SQL engines, without a created column): a row id of joined text, a join
 * of all candidates within the TTL, a row number a candidate, the first of each joined back.
 */
const feastShaped = `
  with entity_dataframe as (
    select *, asked as entity_timestamp, cast(id as varchar) || cast(asked as varchar) as row_id from spine),
  entity_rows as (select id, entity_timestamp, row_id from entity_dataframe group by id, entity_timestamp, row_id),
  subquery as (
    select time as event_timestamp, id, v from source
    where time <= (select max(entity_timestamp) from entity_dataframe)
      and time >= (select min(entity_timestamp) from entity_dataframe) - ${ttlMs}),
  base as (
    select subquery.*, entity_rows.entity_timestamp, entity_rows.row_id from subquery
    inner join entity_rows on subquery.event_timestamp <= entity_rows.entity_timestamp
      and subquery.event_timestamp >= entity_rows.entity_timestamp - ${ttlMs} and subquery.id = entity_rows.id),
  latest as (
    select row_id, event_timestamp from (
      select *, row_number() over (partition by row_id order by event_timestamp desc) as row_number from base)
    where row_number = 1),
  cleaned as (select base.* from base inner join latest using (row_id, event_timestamp))
  select entity_dataframe.id, entity_dataframe.asked, cleaned.v from entity_dataframe
  left join (select row_id, v from cleaned) as cleaned using (row_id)`;

/** Runs DuckDB's ASOF join and the statement in Feast's shape over the same rows, each into a table of its own. */
export async function joinedInSql(source: Table, spine: Table): Promise<{ asof: JoinedInSql; feast: JoinedInSql }> {
  const database = await openOfflineDatabase({});
  const { connection } = database;
  try {
    for (const [name, table, view] of [
      ["source_rows", source, "create table source as select v0 as id, v1 as time, v2 as v from source_rows"],
      ["spine_rows", spine, "create table spine as select v0 as id, v1 as asked from spine_rows"],
    ] as const) {
      const types = Object.fromEntries(
        Object.entries(table.columns).map(([column, { tag }]) => [column, { tag, nullable: true }]),
      );
      await connection.run(createTableSql(name, types));
      await database.appendRows(name, table, types, 0, (text) => text);
      await connection.run(view);
      await connection.run(`drop table ${name}`);
    }
    const run = async (sql: string): Promise<JoinedInSql> => {
      const ms = await onceMs(async () => await connection.run(`create or replace temporary table joined as ${sql}`));
      const counted = await connection.runAndReadAll("select count(v)::integer from joined");
      return { ms, found: Number(counted.getRows()[0]?.[0]) };
    };
    await run(asof);
    return { asof: await run(asof), feast: await run(feastShaped) };
  } finally {
    database.close();
  }
}
