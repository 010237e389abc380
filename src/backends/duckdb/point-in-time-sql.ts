import { quoted } from "./offline-database.ts";

/** Positions of the columns that a point-in-time join needs in a source's table. */
export interface PointInTimeColumns {
  readonly source: string;
  readonly event: number;
  readonly known: number | undefined;
  readonly knownDelayMs: number;
  readonly keys: readonly number[];
  readonly wanted: readonly number[];
}

/**
 * For each spine row (table `spine`: ordinal, v0 = T, v1… = keys) the ordinal, event time and wanted cells of the latest known
 * source row. Rows get their rank by (event, known, ordinal); of the rows known by some instant the highest rank wins, so a
 * running maximum in the order of known times turns the question into one ASOF join.
 */
export function pointInTimeSql(columns: PointInTimeColumns, spine: string): string {
  const { source, event, known, keys, wanted } = columns;
  const keyNames = keys.map((_, i) => `k${i}`);
  const stored = known === undefined ? `v${event}` : `coalesce(v${known}, v${event})`;
  const keyList = keyNames.length === 0 ? "" : `partition by ${keyNames.join(", ")} `;
  const joinKeys = keyNames.map((name, i) => `s.v${i + 1} = b.${name} and `).join("");
  const cells = wanted.map((at) => `, t.v${at}, t.s${at}`).join("");
  return `
    with ranked as materialized (
      select *, row_number() over (order by event, eff, ord) as rank from (
        select ord, v${event} as event, greatest(${stored} + ${columns.knownDelayMs}::double, v${event}) as eff
          ${keys.map((at, i) => `, v${at} as k${i}`).join("")}
        from ${quoted(source)} where v${event} is not null and not isnan(v${event}))),
    best as (
      select eff ${keyNames.map((name) => `, ${name}`).join("")}, max(rank) over (${keyList}order by eff range unbounded preceding) as rank from ranked)
    select s.ord, r.event ${cells}
    from ${quoted(spine)} s
      asof join best b on ${joinKeys}s.v0 >= b.eff
      join ranked r on r.rank = b.rank
      join ${quoted(source)} t on t.ord = r.ord
    where s.v0 is not null and not isnan(s.v0)`;
}
