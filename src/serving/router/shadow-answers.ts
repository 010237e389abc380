import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { PredictionBatch } from "../../contracts/prediction-log.ts";
import { isSluiceError } from "../../core/errors.ts";
import type { ShadowedObservation } from "../rollout/observations.ts";
import { type AnsweredBatch, type AnsweredRow, takeRows } from "./answer-batch.ts";
import { batchOfRows, type LoggedRow } from "./log-rows.ts";
import type { ModelSlot } from "./model-slot.ts";
import { scoreRows } from "./score-rows.ts";
import { hasAnswer } from "./record-answers.ts";

/** What {@link shadowAnswers} takes. */
export interface ShadowRequest {
  readonly model: ModelDefinition<string, never, unknown>;
  readonly challenger: ModelSlot;
  readonly answered: AnsweredBatch<unknown>;
  /** The answers' ids, aligned with the answered rows. */
  readonly ids: readonly (string | undefined)[];
  readonly stepIndex: number;
  readonly timeMs: (at: number) => number;
  readonly timeoutMs: number;
  readonly elapsedMs: () => number;
}

/** What shadow traffic gave. */
export interface ShadowAnswers {
  readonly observation: ShadowedObservation;
  readonly log: PredictionBatch;
  /** The challenger's outputs by the id of the champion's answer. */
  readonly outputs: readonly { readonly predictionId: string; readonly numbers: Float64Array }[];
}

/** Has the challenger score what the champion has answered, and compares the two. Nobody sees its answers. */
export async function shadowAnswers(request: ShadowRequest): Promise<ShadowAnswers> {
  const { model, challenger, answered, ids, stepIndex, timeMs, timeoutMs, elapsedMs } = request;
  const rows = answered.rows;
  const values = takeRows(answered.values, rows, model.vector.length);
  const scored = await scoreRows({ model, slot: challenger, values, rows: rows.length, timeoutMs, elapsedMs });
  const width = model.outputs.length;
  const logged: LoggedRow[] = [];
  const outputs: { predictionId: string; numbers: Float64Array }[] = [];
  for (const [i, row] of rows.entries()) {
    const predictionId = ids[i];
    if (predictionId === undefined || isSluiceError(scored.outputs[i])) continue;
    const numbers = scored.numbers.subarray(i * width, (i + 1) * width);
    const id = `${predictionId}.shadow`;
    logged.push({
      row,
      id,
      timeMs: timeMs(row.at),
      slot: challenger,
      role: "shadow",
      share: 0,
      fellBack: false,
      numbers,
    });
    outputs.push({ predictionId, numbers });
  }
  const observation: ShadowedObservation = {
    kind: "shadowed",
    stepIndex,
    buckets: Float64Array.from(rows, (row) => row.request.bucket),
    championFailed: Uint8Array.from(rows, (row) => (hasAnswer(row) ? 0 : 1)),
    challengerFailed: Uint8Array.from(rows, (_, i) => (isSluiceError(scored.outputs[i]) ? 1 : 0)),
    difference: Float64Array.from(rows, (row, i) => firstDifference(row, scored.numbers, i * width)),
  };
  return { observation, log: batchOfRows(model, logged), outputs };
}

function firstDifference(row: AnsweredRow<unknown>, numbers: Float64Array, at: number): number {
  return Math.abs((row.numbers[0] ?? Number.NaN) - (numbers[at] ?? Number.NaN));
}
