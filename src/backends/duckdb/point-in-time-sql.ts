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
 * For each spine row with a match (table `spine`: ordinal, v0 = T, v1… = keys) its ordinal, and event time and wanted cells of the latest
 * known source row, in no order. Where rows are known as they happen, that is the last one appended of the latest event time; else rows
 * get their rank by (event, known, ordinal), and of the rows that count by some instant (`eff`: they have happened and are known) the
 * highest rank wins, so a running maximum in the order of these instants turns the question into one ASOF join.
 */
export function pointInTimeSql(columns: PointInTimeColumns, spine: string): string {
  const { event, known, knownDelayMs, keys, wanted } = columns;
  const joinKeys = keys.map((_, i) => `s.v${i + 1} = b.k${i} and `).join("");
  const cells = storedCells(wanted, "t").map((cell) => `, ${cell}`);
  const asked = ["s.s0 = 1", "not isnan(s.v0)", ...keys.map((_, i) => `s.s${i + 1} = 1`)].join(" and ");
  return `
    with asked as (select * from ${quoted(spine)} s where ${asked}),
    ${known === undefined && knownDelayMs === 0 ? knownAsItHappens(columns) : knownLater(columns)}
    select s.ord, t.v${event} ${cells.join("")}
    from asked s
      asof join best b on ${joinKeys}s.v0 >= b.eff
      join ${quoted(columns.source)} t on t.ord = b.ord`;
}

function knownAsItHappens(columns: PointInTimeColumns): string {
  return `
    best as (
      select h.v${columns.event} as eff ${keyCells(columns)}, max(h.ord) as ord from ${history(columns)} group by all)`;
}

function knownLater(columns: PointInTimeColumns): string {
  const { event, known, knownDelayMs } = columns;
  const stored =
    known === undefined ? `h.v${event}` : `case when h.s${known} = 1 then h.v${known} else h.v${event} end`;
  const names = columns.keys.map((_, i) => `k${i}`);
  const partition = names.length === 0 ? "" : `partition by ${names.join(", ")} `;
  const listed = names.map((name) => `, b.${name}`).join("");
  return `
    ranked as materialized (
      select *, greatest(known, event) as eff, row_number() over (order by event, known, ord) as rank from (
        select h.ord, h.v${event} as event, ${stored} + ${knownDelayMs}::double as known ${keyCells(columns)}
        from ${history(columns)})),
    running as (
      select eff, ${names.map((name) => `${name}, `).join("")}max(rank) over (${partition}order by eff range unbounded preceding) as rank
      from ranked),
    best as (
      select b.eff ${listed}, r.ord from (select distinct * from running) b join ranked r on r.rank = b.rank)`;
}

function keyCells({ keys }: PointInTimeColumns): string {
  return keys.map((at, i) => `, h.v${at} as k${i}`).join("");
}

/** The source's rows that can match at all: with a time, and with a key that is asked for. */
function history({ source, event, keys }: PointInTimeColumns): string {
  const counts = [`h.s${event} = 1`, `not isnan(h.v${event})`, ...keys.map((at) => `h.s${at} = 1`)];
  const same = keys.map((at, i) => `h.v${at} = a.v${i + 1}`).join(" and ");
  return `${quoted(source)} h ${same === "" ? "" : `semi join asked a on ${same} `}where ${counts.join(" and ")}`;
}
