import type { CheckOutcome } from "../../contracts/check.ts";
import type { JsonValue } from "../../core/canonical-json.ts";

/**
 * Outcomes as they are stored. Sample rows are left out: they are people's data, and what is stored here outlives the rows that a version
 * is rewritten without.
 */
export function storedOutcomes(outcomes: readonly CheckOutcome[]): JsonValue {
  return outcomes.map(({ sampleRows: _shown, ...outcome }) => ({
    ...outcome,
    columns: [...outcome.columns],
    reason: outcome.reason.toWellFormed(),
    ...(outcome.failingRows && { failingRows: [...outcome.failingRows] }),
  }));
}
