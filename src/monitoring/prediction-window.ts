import { featureStatus } from "../contracts/feature-reader.ts";
import type { PredictionBatch, PredictionLog } from "../contracts/prediction-log.ts";

/** How far a monitor has read: a segment of the log, and how many of its rows. In the order of storing, so that a late segment is neither missed nor read twice. */
export interface WindowCursor {
  readonly segment: number;
  readonly rows: number;
}

/** Which predictions are put into windows. */
export interface WindowRange {
  readonly model: string;
  readonly after: WindowCursor;
  /** Predictions made earlier are left out, epoch ms. */
  readonly fromMs: number;
  /** A prediction made then or later waits, and with it all that were stored after it. */
  readonly untilMs: number;
}

/** A served prediction by its place in a batch. */
export interface WindowRow {
  readonly batch: PredictionBatch;
  readonly row: number;
}

/** Served predictions of one window, in the order they were stored. */
export interface PredictionWindow {
  readonly rows: readonly WindowRow[];
  /** The earliest and the latest time of its predictions. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The cursor after this window. */
  readonly cursor: WindowCursor;
}

/** The full windows of `windowRows` served predictions (shadow answers left out) of a range. A last, partial window waits. */
export async function* predictionWindows(
  log: PredictionLog,
  range: WindowRange,
  windowRows: number,
): AsyncGenerator<PredictionWindow> {
  let rows: WindowRow[] = [];
  for await (const { cursor, ...row } of servedRows(log, range)) {
    rows.push(row);
    if (rows.length < windowRows) continue;
    yield { rows, ...timesOf(rows), cursor };
    rows = [];
  }
}

/** The served predictions of a range, each with the cursor after it. */
export async function* servedRows(
  log: PredictionLog,
  range: WindowRange,
): AsyncGenerator<WindowRow & { readonly cursor: WindowCursor }> {
  const { model, after, fromMs, untilMs } = range;
  for await (const { segment, batch } of log.follow(model, after.segment, fromMs)) {
    for (let row = segment === after.segment ? after.rows : 0; row < batch.rows; row++) {
      const timeMs = batch.timeMs[row] ?? Number.NaN;
      if (timeMs >= untilMs) return;
      if (batch.role[row] !== "shadow" && timeMs >= fromMs) yield { batch, row, cursor: { segment, rows: row + 1 } };
    }
  }
}

function timesOf(rows: readonly WindowRow[]): { readonly fromMs: number; readonly toMs: number } {
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (const { batch, row } of rows) {
    const timeMs = batch.timeMs[row] ?? Number.NaN;
    fromMs = Math.min(fromMs, timeMs);
    toMs = Math.max(toMs, timeMs);
  }
  return { fromMs, toMs };
}

/** The versions that made a window's predictions, ascending. */
export function versionsOfWindow(window: PredictionWindow): readonly number[] {
  return [...new Set(window.rows.map(({ batch, row }) => batch.version[row] ?? 0))].sort((a, b) => a - b);
}

/** One column of a window: a feature or an output. */
export interface WindowColumn {
  readonly values: Float64Array;
  /** 1 where there is a value, 0 where it is null, missing or expired. */
  readonly present: Uint8Array;
}

/** One feature of a window; `undefined` when a prediction was made without it. */
export function featureOfWindow(window: PredictionWindow, feature: string): WindowColumn | undefined {
  return columnOfWindow(
    window,
    (batch) => batch.featureNames,
    feature,
    (batch, cell) => [batch.features[cell] ?? Number.NaN, batch.statuses[cell] === featureStatus.present],
  );
}

/** One output of a window; `undefined` when a prediction was made without it. */
export function outputOfWindow(window: PredictionWindow, output: string): WindowColumn | undefined {
  return columnOfWindow(
    window,
    (batch) => batch.outputNames,
    output,
    (batch, cell) => [batch.outputs[cell] ?? Number.NaN, true],
  );
}

function columnOfWindow(
  window: PredictionWindow,
  namesOf: (batch: PredictionBatch) => readonly string[],
  name: string,
  read: (batch: PredictionBatch, cell: number) => readonly [value: number, present: boolean],
): WindowColumn | undefined {
  const values = new Float64Array(window.rows.length);
  const present = new Uint8Array(window.rows.length);
  const positions = new Map<PredictionBatch, number>();
  let at = 0;
  for (const { batch, row } of window.rows) {
    const names = namesOf(batch);
    const column = positions.get(batch) ?? names.indexOf(name);
    positions.set(batch, column);
    if (column < 0) return undefined;
    const [value, there] = read(batch, row * names.length + column);
    values[at] = value;
    present[at++] = there ? 1 : 0;
  }
  return { values, present };
}
