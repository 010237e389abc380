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
    (batch, cell) => [batch.features[cell] ?? Number.NaN, batch.statuses[cell] === 1],
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
