import type { Check, CheckOutcome, CheckSurroundings, SampleRow } from "../../contracts/check.ts";
import { nextTurn } from "../../core/platform.ts";
import { concatTables } from "../../table/concat-tables.ts";
import type { Table } from "../../table/table.ts";
import type { StoredRows } from "../rows/stored-rows.ts";

/** How {@link runChecks} runs. */
export interface RunChecksOptions {
  readonly signal?: AbortSignal;
  readonly onDone?: (done: number) => void;
}

/**
 * Runs checks on rows. Those that fold read them together in one pass, some rows at a time; every other one is given all rows of its own
 * columns. A value that is not a number is a failure. Sample rows have all columns.
 */
export async function runChecks(
  checks: readonly Check[],
  rows: StoredRows,
  surroundings: CheckSurroundings,
  options: RunChecksOptions = {},
): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  const folds = await foldAll(checks, rows, surroundings, options);
  for (const [i, check] of checks.entries()) {
    options.signal?.throwIfAborted();
    const fold = folds[i];
    const outcome =
      fold === undefined ? check.judge({ ...surroundings, batch: await wholeTable(check, rows) }) : fold.finish();
    outcomes.push(finite(outcome));
    options.onDone?.(i + 1);
  }
  return await withWholeRows(outcomes, rows);
}

/** The folds of those checks that have one, after one pass over the rows. */
async function foldAll(
  checks: readonly Check[],
  rows: StoredRows,
  surroundings: CheckSurroundings,
  { signal }: RunChecksOptions,
) {
  const folds = checks.map((check) => check.fold?.(surroundings));
  const folding = checks.filter((check) => check.fold !== undefined);
  if (folding.length === 0) return folds;
  const all = folding.some(({ needs }) => needs?.allColumns === true);
  const columns = all ? undefined : [...new Set(folding.flatMap((check) => check.columns))];
  for await (const piece of rows.tables(columns)) {
    signal?.throwIfAborted();
    for (const fold of folds) fold?.add(piece);
    await nextTurn();
  }
  return folds;
}

async function wholeTable({ needs, columns }: Check, rows: StoredRows): Promise<Table> {
  const tables: Table[] = [];
  for await (const table of rows.tables(needs?.allColumns === true ? undefined : columns)) tables.push(table);
  return { ...concatTables(tables), rowCount: rows.rowCount };
}

/** Outcomes whose sample rows have all columns, not only those that the checks were given. */
async function withWholeRows(outcomes: readonly CheckOutcome[], rows: StoredRows): Promise<readonly CheckOutcome[]> {
  const named = new Set(outcomes.flatMap(({ failingRows }) => failingRows ?? []));
  const wanted = [...named].filter((row) => Number.isInteger(row) && row >= 0 && row < rows.rowCount);
  wanted.sort((a, b) => a - b);
  if (wanted.length === 0) return outcomes;
  const whole = await rows.rowsAt(wanted);
  const byRow = new Map<number, SampleRow>(wanted.map((row, i) => [row, whole[i] ?? {}]));
  return outcomes.map((outcome) => {
    const { failingRows } = outcome;
    if (failingRows === undefined) return outcome;
    return { ...outcome, sampleRows: failingRows.map((row) => byRow.get(row) ?? {}) };
  });
}

function finite(outcome: CheckOutcome): CheckOutcome {
  const { value, bound, ...rest } = outcome;
  const broken = Number.isNaN(value) || Number.isNaN(bound);
  return {
    ...rest,
    ...(broken ? { outcome: "fail", reason: `${outcome.reason} (not a number)` } : {}),
    ...(value !== undefined && Number.isFinite(value) ? { value } : {}),
    ...(bound !== undefined && Number.isFinite(bound) ? { bound } : {}),
  };
}

/** Why checks refuse a batch: the reasons of failed ones whose severity is `error`. */
export function refusals(outcomes: readonly CheckOutcome[]): readonly string[] {
  return outcomes
    .filter(({ severity, outcome }) => severity === "error" && outcome === "fail")
    .map(({ check, reason }) => `${check}: ${reason}`);
}
