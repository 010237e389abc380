import { quoted } from "./offline-database.ts";
import { storedCells } from "./stored-columns.ts";

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
 * For each spine row with a match (table `spine`: ordinal, v0 = T, v1… = keys) its ordinal, and event time and wanted cells of the latest known
 * source row, in no order. Where rows are known as they happen, that is the last one appended of the latest event time; else rows
 * get their rank by (event, known, ordinal), and of the rows known by some instant the highest rank wins, so a running maximum in the
 * order of known times turns the question into one ASOF join.
 */
export function pointInTimeSql(columns: PointInTimeColumns, spine: string): string {
  const { source, known, keys, wanted } = columns;
  const joinKeys = keys.map((_, i) => `s.v${i + 1} = b.k${i} and `).join("");
  const cells = storedCells(wanted, "t").map((cell) => `, ${cell}`);
  const asked = ["isnan(s.v0)", "s.s0 <> 1", ...keys.map((_, i) => `s.s${i + 1} <> 1`)];
  return `
    with ${known === undefined && columns.knownDelayMs === 0 ? knownAsItHappens(columns) : knownLater(columns)}
    select s.ord, t.v${columns.event} ${cells.join("")}
    from ${quoted(spine)} s
      asof join best b on ${joinKeys}s.v0 >= b.eff
      join ${quoted(source)} t on t.ord = b.ord
    where not (${asked.join(" or ")})`;
}

function knownAsItHappens(columns: PointInTimeColumns): string {
  const names = keyNames(columns);
  return `best as (
    select v${columns.event} as eff ${names.selected}, max(ord) as ord from ${quoted(columns.source)}
    where ${counts(columns)} group by all)`;
}

function knownLater(columns: PointInTimeColumns): string {
  const { event, known, knownDelayMs } = columns;
  const names = keyNames(columns);
  const stored = known === undefined ? `v${event}` : `case when s${known} = 1 then v${known} else v${event} end`;
  return `
    ranked as materialized (
      select *, row_number() over (order by event, eff, ord) as rank from (
        select ord, v${event} as event, greatest(${stored} + ${knownDelayMs}::double, v${event}) as eff ${names.selected}
        from ${quoted(columns.source)} where ${counts(columns)})),
    running as (
      select eff ${names.listed}, max(rank) over (${names.partition}order by eff range unbounded preceding) as rank from ranked),
    best as (
      select b.eff ${names.listed.replaceAll("k", "b.k")}, r.ord from (select distinct * from running) b join ranked r on r.rank = b.rank)`;
}

interface KeyNames {
  readonly selected: string;
  readonly listed: string;
  readonly partition: string;
}

function keyNames({ keys }: PointInTimeColumns): KeyNames {
  const names = keys.map((_, i) => `k${i}`);
  return {
    selected: keys.map((at, i) => `, v${at} as k${i}`).join(""),
    listed: names.map((name) => `, ${name}`).join(""),
    partition: names.length === 0 ? "" : `partition by ${names.join(", ")} `,
  };
}

/** Rows that can match at all: with a time and every key. */
function counts({ event, keys }: PointInTimeColumns): string {
  return [`s${event} = 1`, `not isnan(v${event})`, ...keys.map((at) => `s${at} = 1`)].join(" and ");
}
