import type { PointInTimeRequest, PointInTimeResult } from "../../contracts/offline-store.ts";
import { type Column, isPresent } from "../../table/column.ts";
import { layOutMatches } from "../../table/lay-out-matches.ts";
import { anyColumnOf, columnOf } from "../../table/table.ts";
import { instantPosition, keyPositions, positionsOf, typesNamed } from "../sql/offline-columns.ts";
import { arrayType, doublesLiteral, valuesLiteral } from "./offline-arrays.ts";
import type { OfflineSource } from "./offline-catalog.ts";
import { offlineCells, selectedCells } from "./offline-cells.ts";
import type { PostgresClient } from "./postgres-pool.ts";

/** Spine rows asked in one statement, and matches fetched at a time. */
const askedRows = 1_000_000;
const fetchedRows = 20_000;

/** Completes spine rows from a source; in a transaction. */
export async function joinInPostgres(
  client: PostgresClient,
  source: OfflineSource,
  request: PointInTimeRequest,
): Promise<PointInTimeResult> {
  const at = columnOf(request.spine, request.at, "instant");
  const keys = request.keys.map((key) =>
    columnOf(request.spine, key, source.columns[key]?.tag ?? anyColumnOf(request.spine, key).tag),
  );
  const sql = joinSql(source, request);
  const asked = askable(at, keys);
  const cells = offlineCells(typesNamed(source.columns, request.columns));
  const rows = new Int32Array(request.spine.rowCount).fill(-1);
  const eventTimeMs: number[] = [];
  for (let from = 0; from < asked.length; from += askedRows) {
    const part = asked.subarray(from, from + askedRows);
    const params = [
      `{${part.join(",")}}`,
      doublesLiteral(Float64Array.from(part, (row) => at.values[row] ?? 0)),
      ...keys.map((key) => valuesLiteral(key, part)),
    ];
    for await (const found of fetched(client, sql, params)) {
      rows[Number(Reflect.get(found, "asked"))] = eventTimeMs.length;
      eventTimeMs.push(Number(Reflect.get(found, "event")));
      cells.push(found);
    }
  }
  return layOutMatches({
    cells: cells.table(),
    eventTimeMs: Float64Array.from(eventTimeMs),
    rows,
    atMs: at.values,
    ttlMs: request.ttlMs ?? Number.POSITIVE_INFINITY,
  });
}

/** The rows that can have an answer: with every key and an instant. */
function askable(at: Column, keys: readonly Column[]): Int32Array {
  const columns = [at, ...keys];
  const rows = Int32Array.from({ length: at.values.length }, (_, row) => row);
  return rows.filter((row) => columns.every((column) => isPresent(column, row)) && !Number.isNaN(at.values[row]));
}

/**
 * The question as one pass over a timeline. Source rows stand at the time from which they count (they have happened and are known), spine rows
 * at their T, after the source rows of that time; a running maximum of (event, known, ordinal) by key gives each spine row its source row. One sort, which Postgres does on disk
 * where it must. Doubles are compared; the one sum is that of a known time and the delay, which IEEE 754 fixes to the bit.
 */
function joinSql(source: OfflineSource, request: PointInTimeRequest): string {
  const event = `v${instantPosition(source.columns, request.eventTime)}`;
  const { knownTime, knownDelayMs = 0 } = request;
  const known = knownTime === undefined ? event : `coalesce(v${instantPosition(source.columns, knownTime)}, ${event})`;
  const delayed = knownDelayMs === 0 ? known : `${known} + '${knownDelayMs}'::float8`;
  const keys = keyPositions(source.columns, request.keys).map((at, i) => ({
    own: `v${at}`,
    name: `k${i}`,
    array: `$${i + 3}::${arrayType(Object.values(source.columns)[at]?.tag ?? "f64")}`,
  }));
  const names = keys.map(({ name }) => `, ${name}`).join("");
  const counts = [`${event} is not null`, `${event} <> 'NaN'`];
  if (keys.length > 0)
    counts.push(`(${keys.map(({ own }) => own).join(", ")}) in (select ${names.slice(2)} from spine)`);
  const partition = keys.length === 0 ? "" : `partition by ${names.slice(2)} `;
  return `
    with spine as (
      select * from unnest($1::int[], $2::float8[]${keys.map(({ array }) => `, ${array}`).join("")}) as u(asked, at${names})),
    history as (
      select ord, ${event} as event, ${delayed} as known${keys.map(({ own, name }) => `, ${own} as ${name}`).join("")}
      from ${source.table} where ${counts.join(" and ")}),
    timeline as (
      select null::int as asked, greatest(known, event) as at, array[event, known, ord::float8] as latest${names} from history
      union all
      select asked, at, null${names} from spine),
    answered as (
      select asked, max(latest) over (${partition}order by at, (asked is not null) rows unbounded preceding) as latest from timeline)
    select ${["a.asked::text", "a.latest[1]::text as event", ...selectedCells(positionsOf(source.columns, request.columns), "t")].join(", ")}
    from answered a join ${source.table} t on t.ord = a.latest[3]::bigint
    where a.asked is not null and a.latest is not null`;
}

async function* fetched(client: PostgresClient, sql: string, params: unknown[]): AsyncGenerator<object> {
  await client.query(`declare sluice_matches no scroll cursor for ${sql}`, params);
  for (let last = false; !last; ) {
    const { rows } = await client.query(`fetch forward ${fetchedRows} from sluice_matches`);
    yield* rows;
    last = rows.length < fetchedRows;
  }
  await client.query("close sluice_matches");
}
