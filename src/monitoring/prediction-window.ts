import type { PredictionBatch, PredictionLog } from "../contracts/prediction-log.ts";

/** How far a monitor has read: the time of the last prediction it took, and how many of that very time. */
export interface WindowCursor {
  readonly timeMs: number;
  readonly rowsAtTime: number;
}

/** Served predictions of one window, as (batch, row) pairs in time order. */
export interface PredictionWindow {
  readonly rows: readonly { readonly batch: PredictionBatch; readonly row: number }[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The cursor after this window. */
  readonly cursor: WindowCursor;
}

/** The full windows of `windowRows` served predictions (shadow answers left out) after a cursor and before `untilMs`. A last, partial window waits. */
export async function* predictionWindows(
  log: PredictionLog,
  model: string,
  after: WindowCursor,
  untilMs: number,
  windowRows: number,
): AsyncGenerator<PredictionWindow> {
  let rows: { readonly batch: PredictionBatch; readonly row: number }[] = [];
  let skip = after.rowsAtTime;
  let cursor = after;
  for await (const batch of log.read(model, after.timeMs, untilMs)) {
    for (let row = 0; row < batch.rows; row++) {
      if (batch.role[row] === "shadow") continue;
      const timeMs = batch.timeMs[row] ?? 0;
      if (timeMs === after.timeMs && skip > 0) {
        skip -= 1;
        continue;
      }
      cursor = { timeMs, rowsAtTime: cursor.timeMs === timeMs ? cursor.rowsAtTime + 1 : 1 };
      rows.push({ batch, row });
      if (rows.length === windowRows) {
        yield windowOf(rows, cursor);
        rows = [];
      }
    }
  }
}

function windowOf(
  rows: readonly { readonly batch: PredictionBatch; readonly row: number }[],
  cursor: WindowCursor,
): PredictionWindow {
  const first = rows[0];
  return { rows, fromMs: first?.batch.timeMs[first.row] ?? 0, toMs: cursor.timeMs, cursor };
}

/** One feature of a window as doubles; cells without a value are NaN and flagged in `missing`. */
export function featureOfWindow(
  window: PredictionWindow,
  feature: string,
): { readonly values: Float64Array; readonly missing: number } | undefined {
  const values = new Float64Array(window.rows.length);
  let missing = 0;
  let at = 0;
  for (const { batch, row } of window.rows) {
    const column = batch.featureNames.indexOf(feature);
    if (column < 0) return undefined;
    const cell = row * batch.featureNames.length + column;
    const present = batch.statuses[cell] === 1;
    if (!present) missing++;
    values[at++] = present ? (batch.features[cell] ?? Number.NaN) : Number.NaN;
  }
  return { values, missing };
}

/** One output of a window. */
export function outputOfWindow(window: PredictionWindow, output: string): Float64Array | undefined {
  const values = new Float64Array(window.rows.length);
  let at = 0;
  for (const { batch, row } of window.rows) {
    const column = batch.outputNames.indexOf(output);
    if (column < 0) return undefined;
    values[at++] = batch.outputs[row * batch.outputNames.length + column] ?? Number.NaN;
  }
  return values;
}
