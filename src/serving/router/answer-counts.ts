import type { PredictionResult } from "./prediction.ts";

/** What a router has done so far. */
export interface AnswerCounts {
  readonly answered: number;
  readonly failed: number;
  /** Requests that the challenger failed and the champion answered. */
  readonly fellBack: number;
}

/** Counts with the results of another batch. */
export function countAnswers(counts: AnswerCounts, results: readonly PredictionResult<unknown>[]): AnswerCounts {
  let { answered, failed, fellBack } = counts;
  for (const result of results) {
    if (!result.ok) failed += 1;
    else {
      answered += 1;
      if (result.prediction.fellBack) fellBack += 1;
    }
  }
  return { answered, failed, fellBack };
}
