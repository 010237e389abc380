import { cellState, type Column } from "./column.ts";
import { makeTable, type Table } from "./table.ts";
import { gather, mapColumns, takeRows } from "./take-rows.ts";

/** Found rows, and which of them each row of a spine is answered with. */
export interface MatchedRows {
  /** The found rows' cells. */
  readonly cells: Table;
  /** The found rows' event times, epoch ms. */
  readonly eventTimeMs: Float64Array;
  /** For each spine row the found row; −1 where there is none. */
  readonly rows: Int32Array;
  /** Each spine row's T, epoch ms. */
  readonly atMs: Float64Array;
  /** Time to live, milliseconds; infinite where there is none. */
  readonly ttlMs: number;
}

/** Found rows laid out along a spine. */
export interface LaidOutMatches {
  /** The cells; absent without a match and where it has expired. */
  readonly columns: Table;
  /** 1 where a row was found, 0 where none was, 2 where one was but is older than the time to live. */
  readonly matched: Uint8Array;
  /** The found rows' event times, epoch ms; 0 where none was found. */
  readonly eventTimeMs: Float64Array;
}

/** Lays found rows out along a spine: found and valid iff `T − ttl ≤ event`. */
export function layOutMatches(found: MatchedRows): LaidOutMatches {
  const { cells, eventTimeMs, rows } = found;
  // Some row where none was found: loops that only move cells are fast, and what was taken so is masked below.
  const taken = new Int32Array(rows.length);
  for (let row = 0; row < taken.length; row++) taken[row] = Math.max(rows[row] ?? 0, 0);
  const times = gather(new Float64Array(rows.length), eventTimeMs, taken);
  const { matched, complete } = judge(found, times);
  const laid =
    eventTimeMs.length === 0 ? mapColumns(cells, (column) => unspecified(column, rows.length)) : takeRows(cells, taken);
  const columns = complete ? laid : mapColumns(laid, (column) => withoutUnmatched(column, matched));
  return {
    columns: Object.keys(columns.columns).length === 0 ? noColumns(rows.length) : columns,
    matched,
    eventTimeMs: times,
  };
}

/** Tells for each spine row whether what was taken for it was found, and is fresh; takes back the time where nothing was. */
function judge(
  { rows, atMs, ttlMs }: MatchedRows,
  times: Float64Array,
): { readonly matched: Uint8Array; readonly complete: boolean } {
  const matched = new Uint8Array(rows.length);
  let valid = 0;
  for (let row = 0; row < rows.length; row++) {
    const fresh = Number((times[row] ?? 0) >= (atMs[row] ?? 0) - ttlMs);
    const found = Number((rows[row] ?? -1) >= 0);
    matched[row] = found * (2 - fresh);
    valid += found * fresh;
    if (found === 0) times[row] = 0;
  }
  return { matched, complete: valid === rows.length };
}

function noColumns(rowCount: number): Table {
  return { rowCount, columns: makeTable({}).columns };
}

/** A column of `rows` unspecified cells, where there are no found rows to take any from. */
function unspecified(column: Column, rows: number): Column {
  switch (column.tag) {
    case "utf8":
      return { tag: "utf8", values: new Int32Array(rows), dictionary: [""] };
    case "json":
      return { tag: "json", values: new Int32Array(rows), dictionary: ["null"] };
    case "i64":
      return { tag: "i64", values: new BigInt64Array(rows) };
    case "i32":
      return { tag: "i32", values: new Int32Array(rows) };
    case "bool":
      return { tag: "bool", values: new Uint8Array(rows) };
    case "f64":
      return { tag: "f64", values: new Float64Array(rows) };
    case "instant":
      return { tag: "instant", values: new Float64Array(rows) };
  }
}

function withoutUnmatched(column: Column, matched: Uint8Array): Column {
  const { present, absent } = cellState;
  const states = new Uint8Array(matched.length);
  // A number chooses, not a branch, as matches come and go at random.
  for (let row = 0; row < states.length; row++) states[row] = absent + Number(matched[row] === 1) * (present - absent);
  const own = column.states;
  if (own !== undefined)
    for (let row = 0; row < states.length; row++) if (states[row] === present) states[row] = own[row] ?? present;
  return { ...column, states };
}
