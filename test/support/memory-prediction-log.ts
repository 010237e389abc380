import type { Outcome, PredictionBatch, PredictionLog } from "../../src/contracts/prediction-log.ts";

/** A prediction log in memory, for tests that bring their own predictions. */
export function memoryPredictionLog(): PredictionLog {
  const batches: PredictionBatch[] = [];
  const outcomes = new Map<string, Outcome>();
  return {
    append: (batch) => {
      batches.push(batch);
      return Promise.resolve();
    },
    outcomes: (_model, added) => {
      for (const one of added) outcomes.set(one.predictionId, one);
      return Promise.resolve();
    },
    read: async function* (model, fromMs, toMs) {
      for (const batch of batches) {
        if (batch.model !== model) continue;
        const rows = [...batch.timeMs.keys()].filter(
          (row) => (batch.timeMs[row] ?? 0) >= fromMs && (batch.timeMs[row] ?? 0) < toMs,
        );
        if (rows.length > 0) yield pick(batch, rows);
      }
    },
    follow: async function* (model, fromSegment, fromMs) {
      for (const [index, batch] of [...batches].entries()) {
        const isWanted =
          batch.model === model && index + 1 >= fromSegment && batch.timeMs.some((time) => time >= fromMs);
        if (isWanted) yield { segment: index + 1, batch };
      }
    },
    readOutcomes: (_model, untilMs) =>
      Promise.resolve(new Map([...outcomes].filter(([, one]) => untilMs === undefined || one.timeMs < untilMs))),
  };
}

function pick(batch: PredictionBatch, rows: readonly number[]): PredictionBatch {
  const wide = (values: Float64Array, width: number): Float64Array =>
    Float64Array.from(rows.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]));
  const features = batch.featureNames.length;
  return {
    ...batch,
    rows: rows.length,
    ids: rows.map((row) => batch.ids[row] ?? ""),
    timeMs: wide(batch.timeMs, 1),
    version: Int32Array.from(rows, (row) => batch.version[row] ?? 0),
    role: rows.map((row) => batch.role[row] ?? "champion"),
    share: wide(batch.share, 1),
    bucket: wide(batch.bucket, 1),
    fellBack: Uint8Array.from(rows, (row) => batch.fellBack[row] ?? 0),
    features: wide(batch.features, features),
    statuses: Uint8Array.from(
      rows.flatMap((row) => [...batch.statuses.subarray(row * features, (row + 1) * features)]),
    ),
    atMs: wide(batch.atMs, 1),
    inputs: rows.map((row) => batch.inputs[row] ?? ""),
    outputs: wide(batch.outputs, batch.outputNames.length),
  };
}

/** A batch of served predictions with one feature `x` and one output `p`; prediction i has the id `${prefix}${i}` and the time `fromMs + i`. */
export function servedBatch(
  model: string,
  prefix: string,
  fromMs: number,
  x: Float64Array,
  p: Float64Array,
): PredictionBatch {
  const rows = x.length;
  return {
    model,
    rows,
    ids: Array.from({ length: rows }, (_, i) => `${prefix}${i}`),
    timeMs: Float64Array.from({ length: rows }, (_, i) => fromMs + i),
    version: new Int32Array(rows).fill(1),
    certificates: { 1: `sha256:${"0".repeat(64)}` },
    role: Array.from({ length: rows }, () => "champion" as const),
    share: new Float64Array(rows),
    bucket: new Float64Array(rows),
    fellBack: new Uint8Array(rows),
    featureNames: ["view.x"],
    features: x,
    statuses: new Uint8Array(rows).fill(1),
    atMs: new Float64Array(rows).fill(fromMs),
    inputs: Array.from({ length: rows }, () => "{}"),
    outputNames: ["p"],
    outputs: p,
  };
}
