import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { PredictionBatch, Role } from "../../contracts/prediction-log.ts";
import type { AnsweredRow } from "./answer-batch.ts";
import type { ModelSlot } from "./model-slot.ts";

/** A row for the prediction log. */
export interface LoggedRow {
  readonly row: Pick<AnsweredRow<unknown>, "request" | "vectors" | "vectorRow">;
  readonly id: string;
  readonly timeMs: number;
  readonly slot: ModelSlot;
  readonly role: Role;
  readonly share: number;
  readonly fellBack: boolean;
  readonly numbers: Float64Array;
}

/** Rows as a batch of the prediction log; all their feature vectors have the same names. */
export function batchOfRows(model: ModelDefinition, rows: readonly LoggedRow[]): PredictionBatch {
  const featureNames = rows[0]?.row.vectors.names ?? [];
  const width = featureNames.length;
  const outputWidth = model.outputs.length;
  const features = new Float64Array(rows.length * width);
  const statuses = new Uint8Array(rows.length * width);
  const outputs = new Float64Array(rows.length * outputWidth);
  const certificates: { [version: number]: PredictionBatch["certificates"][number] } = {};
  for (const [i, { row, slot, numbers }] of rows.entries()) {
    const start = row.vectorRow * width;
    features.set(row.vectors.values.subarray(start, start + width), i * width);
    statuses.set(row.vectors.statuses.subarray(start, start + width), i * width);
    outputs.set(numbers, i * outputWidth);
    certificates[slot.version] = slot.certificate;
  }
  return {
    model: model.name,
    rows: rows.length,
    ids: rows.map(({ id }) => id),
    timeMs: Float64Array.from(rows, ({ timeMs }) => timeMs),
    version: Int32Array.from(rows, ({ slot }) => slot.version),
    certificates,
    role: rows.map(({ role }) => role),
    share: Float64Array.from(rows, ({ share }) => share),
    bucket: Float64Array.from(rows, ({ row }) => row.request.bucket),
    fellBack: Uint8Array.from(rows, ({ fellBack }) => (fellBack ? 1 : 0)),
    featureNames,
    features,
    statuses,
    atMs: Float64Array.from(rows, ({ row }) => row.vectors.atMs[row.vectorRow] ?? Number.NaN),
    inputs: rows.map(({ row }) => row.request.inputJson),
    outputNames: model.outputs,
    outputs,
  };
}
