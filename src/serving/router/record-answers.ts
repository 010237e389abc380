import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { PredictionBatch } from "../../contracts/prediction-log.ts";
import type { IdSource } from "../../core/ids.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { AnsweredObservation } from "../rollout/observations.ts";
import type { AnsweredBatch, AnsweredRow } from "./answer-batch.ts";
import { batchOfRows, type LoggedRow } from "./log-rows.ts";
import type { ModelSlot } from "./model-slot.ts";
import type { PredictionResult } from "./prediction.ts";

/** What {@link recordAnswers} takes. */
export interface AnswerRecordRequest<Output> {
  readonly model: ModelDefinition<string, never, Output>;
  readonly answered: AnsweredBatch<Output>;
  /** Requests in the batch. */
  readonly requests: number;
  readonly champion: ModelSlot;
  readonly challenger: ModelSlot | undefined;
  readonly share: number;
  readonly ids: IdSource;
  /** The prediction's time by index in the batch. */
  readonly timeMs: (at: number) => number;
}

/** An answered batch as its callers, the log and the rollout get to see it. */
export interface AnswerRecord<Output> {
  readonly results: readonly PredictionResult<Output>[];
  readonly log: PredictionBatch;
  /** The prediction id of each answered row, `undefined` where it has no answer; aligned with the answered rows. */
  readonly ids: readonly (string | undefined)[];
}

/** Gives every answer its id and its row in the log. */
export function recordAnswers<Output>(request: AnswerRecordRequest<Output>): AnswerRecord<Output> {
  const { model, answered, champion, challenger, share } = request;
  const results = new Array<PredictionResult<Output>>(request.requests);
  for (const [at, error] of answered.refused) results[at] = { ok: false, error };
  const ids: (string | undefined)[] = [];
  const logged: LoggedRow[] = [];
  for (const row of answered.rows) {
    const { at, answer, fellBack, arm, version, numbers } = row;
    if (answer instanceof SluiceError) {
      results[at] = { ok: false, error: answer };
      ids.push(undefined);
      continue;
    }
    const predictionId = request.ids();
    const role = fellBack ? "champion" : arm;
    const slot = role === "challenger" && challenger !== undefined ? challenger : champion;
    const { bucket } = row.request;
    results[at] = { ok: true, prediction: { output: answer, predictionId, version, role, share, bucket, fellBack } };
    logged.push({ row, id: predictionId, timeMs: request.timeMs(at), slot, role, share, fellBack, numbers });
    ids.push(predictionId);
  }
  return { results, log: batchOfRows(model, logged), ids };
}

/** What a rollout learns from answered rows. */
export function observationOf(
  rows: readonly AnsweredRow<unknown>[],
  stepIndex: number,
  share: number,
): AnsweredObservation {
  return {
    kind: "answered",
    stepIndex,
    share,
    buckets: Float64Array.from(rows, (row) => row.request.bucket),
    challenger: Uint8Array.from(rows, (row) => (row.arm === "challenger" ? 1 : 0)),
    failed: Uint8Array.from(rows, (row) => (row.failed ? 1 : 0)),
    latencyMs: Float64Array.from(rows, (row) => row.latencyMs),
  };
}

/** Whether an answered row has an answer. */
export function hasAnswer(row: AnsweredRow<unknown>): boolean {
  return !isSluiceError(row.answer);
}
