import type { CheckOutcome } from "../contracts/check.ts";

/**
 * Judges whether a version may count as validated, from the verdicts of its checks and of every version it was appended to, newest first.
 * The newest rows must have passed a completeness and a distribution check; no older rows may have failed one. The first version of a
 * dataset has nothing to be compared with: alone it is not validated, below a validated one it does not count against it.
 */
export function judgeValidation(history: readonly (readonly CheckOutcome[])[]): {
  readonly validated: boolean;
  readonly reason: string;
} {
  const newest = history[0] ?? [];
  for (const wanted of ["completeness", "distribution"]) {
    if (!newest.some((outcome) => outcome.check === wanted))
      return { validated: false, reason: `no ${wanted} check is declared` };
  }
  const open = newest.find((outcome) => outcome.severity === "error" && outcome.outcome === "insufficientHistory");
  if (open !== undefined) return { validated: false, reason: open.reason };
  for (const [age, outcomes] of history.entries()) {
    const failed = outcomes.find((outcome) => outcome.severity === "error" && outcome.outcome === "fail");
    if (failed !== undefined)
      return { validated: false, reason: age === 0 ? failed.reason : `${failed.reason} (${age} versions before)` };
  }
  return { validated: true, reason: `schema and ${newest.length} checks passed` };
}
