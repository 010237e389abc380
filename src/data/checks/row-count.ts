import type { Check } from "../../contracts/check.ts";
import { SluiceError } from "../../core/errors.ts";

/** How {@link rowCount} judges. */
export interface RowCountOptions {
  /** The fewest rows. @default 0 */
  readonly atLeast?: number;
  /** The most rows. @default no limit */
  readonly atMost?: number;
  /** Whether a failure decides about the batch. @default "error" */
  readonly severity?: "error" | "warn";
}

/** The number of accepted rows in a batch. Throws `argument/invalid` unless the limits are whole numbers in order. */
export function rowCount(options: RowCountOptions): Check<never> {
  const atLeast = options.atLeast ?? 0;
  const atMost = options.atMost ?? Number.MAX_SAFE_INTEGER;
  if (!Number.isSafeInteger(atLeast) || !Number.isSafeInteger(atMost) || atLeast < 0 || atMost < atLeast) {
    throw new SluiceError("argument/invalid", {
      found: `atLeast ${atLeast}, atMost ${atMost}`,
      expected: "whole numbers of rows, the first not above the second",
      fix: "Correct the limits.",
    });
  }
  const about = { check: "rowCount", columns: [], severity: options.severity ?? "error" } as const;
  return {
    ...about,
    params: { atLeast, atMost },
    judge: ({ batch }) => {
      const value = batch.rowCount;
      const bound = value < atLeast ? atLeast : atMost;
      const outcome = value >= atLeast && value <= atMost ? "pass" : "fail";
      const limits = options.atMost === undefined ? `at least ${atLeast}` : `${atLeast} to ${atMost}`;
      return { ...about, outcome, value, bound, reason: `${value} rows (${limits})` };
    },
  };
}
