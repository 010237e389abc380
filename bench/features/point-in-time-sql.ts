import { createTableSql, openOfflineDatabase } from "../../src/backends/duckdb/offline-database.ts";
import type { Table } from "../../src/table/table.ts";
import { onceMs } from "../measure.ts";
import { ttlMs } from "./point-in-time-data.ts";

/** What SQL took for a join, and how many spine rows it found a value for. */
export interface JoinedInSql {
  readonly ms: number;
  readonly found: number;
}

const ttl = `${ttlMs / 1000} * interval '1' second`;

/** DuckDB's own join for the question. */
const asof = `
  select s.id, s.asked, case when e.time >= s.asked - ${ttl} then e.v end as v
  from spine s asof left join source e on s.id = e.id and s.asked >= e.time`;

/**
 * The statement that Feast 0.66 generates for one view, step by step as in its template (`MULTIPLE_FEATURE_VIEW_POINT_IN_TIME_JOIN` of the Postgres
 * store): a row id of joined text, a join of all candidates within the TTL, where the source has a created column one row of equal event times,
 * a row number a candidate, the first of each joined back, the entity columns beside. With a created column it also is to have been created by then
 * (`filter_by_created_timestamp`), as our known time is.
 */
function feastShaped(created: boolean): string {
  const ifCreated = (text: string): string => (created ? text : "");
  return `
  with entity_dataframe as (
    select *, asked as entity_timestamp, (cast(id as varchar) || cast(asked as varchar)) as row_id from spine),
  entity_rows as (select id, entity_timestamp, row_id from entity_dataframe group by id, entity_timestamp, row_id),
  subquery as (
    select time as event_timestamp, ${ifCreated("created as created_timestamp,")} id, v from source
    where time <= (select max(entity_timestamp) from entity_dataframe)
      and time >= (select min(entity_timestamp) from entity_dataframe) - ${ttl}),
  base as (
    select subquery.*, entity_rows.entity_timestamp, entity_rows.row_id from subquery
    inner join entity_rows on true and subquery.event_timestamp <= entity_rows.entity_timestamp
      and subquery.event_timestamp >= entity_rows.entity_timestamp - ${ttl}
      ${ifCreated("and subquery.created_timestamp <= entity_rows.entity_timestamp")} and subquery.id = entity_rows.id),
  ${ifCreated(`dedup as (
    select row_id, event_timestamp, max(created_timestamp) as created_timestamp from base group by row_id, event_timestamp),`)}
  latest as (
    select event_timestamp, ${ifCreated("created_timestamp,")} row_id from (
      select *, row_number() over (
        partition by row_id order by event_timestamp desc ${ifCreated(", created_timestamp desc")}) as row_number
      from base ${ifCreated("inner join dedup using (row_id, event_timestamp, created_timestamp)")}) as sub
    where row_number = 1),
  cleaned as (
    select base.* from base inner join latest using (row_id, event_timestamp ${ifCreated(", created_timestamp")}))
  select id, asked, cleaned.v from entity_dataframe
  left join (select row_id, v from cleaned) as cleaned using (row_id)`;
}

/**
 * The statement of Feast's own DuckDB store (`point_in_time_join` and `deduplicate` of its ibis code): a row id of joined text, a join of all
 * candidates that have not expired, a row number a candidate, the first of each joined to the entity rows.
 */
const feastDuckdb = `
  with entity_rows as (select *, '' || cast(asked as varchar) || cast(id as varchar) as entity_row_id from spine),
  candidates as (
    select e.id, e.time, e.v, e.event_expire_timestamp, entity_rows.asked, entity_rows.entity_row_id
    from (select *, time + ${ttl} as event_expire_timestamp from source) as e
    inner join entity_rows on e.id = entity_rows.id and e.time <= entity_rows.asked
      and e.event_expire_timestamp >= entity_rows.asked),
  latest as (
    select * from (
      select *, row_number() over (
        partition by entity_row_id order by time desc rows between unbounded preceding and current row) - 1 as rn
      from candidates) as numbered
    where rn = 0)
  select entity_rows.id, entity_rows.asked, latest.v
  from entity_rows left join (select entity_row_id, v from latest) as latest
  on latest.entity_row_id = entity_rows.entity_row_id`;

const statements = {
  /** DuckDB's ASOF join. */
  asof,
  /** Feast's template for SQL engines. */
  feast: feastShaped(false),
  /** The same where the source has a created column. */
  feastCreated: feastShaped(true),
  /** What Feast's DuckDB store asks. */
  feastDuckdb,
};

/** Which statement. */
export type SqlJoin = keyof typeof statements;

/**
 * Runs statements over the same rows, each into a table of its own and `turns` times, in turn: the fastest run counts. Instants are SQL timestamps
 * there, as Feast has them.
 */
export async function joinedInSql(
  { source, spine }: Readonly<Record<"source" | "spine", Table>>,
  turns: number,
  joins: readonly SqlJoin[],
): Promise<ReadonlyMap<SqlJoin, JoinedInSql>> {
  const database = await openOfflineDatabase({});
  const { connection } = database;
  const at = (column: string): string => `epoch_ms(cast(${column} as bigint))`;
  try {
    for (const [name, table, view] of [
      ["source", source, `v0 as id, ${at("v1")} as time, v2 as v, ${at("v3")} as created`],
      ["spine", spine, `v0 as id, ${at("v1")} as asked`],
    ] as const) {
      const types = Object.fromEntries(
        Object.entries(table.columns).map(([column, { tag }]) => [column, { tag, nullable: true }]),
      );
      await connection.run(createTableSql("appended", types));
      await database.appendRows("appended", table, types, 0, (text) => text);
      await connection.run(`create table ${name} as select ${view} from appended`);
      await connection.run("drop table appended");
    }
    const best = new Map<SqlJoin, JoinedInSql>();
    for (let turn = 0; turn < turns; turn++) {
      for (const join of joins) {
        const sql = `create or replace temporary table joined as ${statements[join]}`;
        const ms = await onceMs(async () => await connection.run(sql));
        const counted = await connection.runAndReadAll("select count(v)::integer from joined");
        const found = Number(counted.getRows()[0]?.[0]);
        best.set(join, { ms: Math.min(ms, best.get(join)?.ms ?? ms), found });
      }
    }
    return best;
  } finally {
    database.close();
  }
}
