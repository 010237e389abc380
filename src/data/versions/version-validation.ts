import type { CheckOutcome } from "../../contracts/check.ts";

/** Whether a version may count as validated, and why. */
export interface ValidationVerdict {
  readonly validated: boolean;
  readonly reason: string;
}

const wanted = ["completeness", "distribution"];

/**
 * Judges whether a version may count as validated, from the verdicts of its checks and of every version it was appended to, newest first.
 * The rows of each must have passed a completeness and a distribution check, and no check that decides may have failed or stayed open. The
 * first version of a dataset has nothing to be compared with: alone it is not validated, below a validated one it does not count against it.
 * An anomaly check needs several versions before it can judge at all: that it stayed open counts against the newest version only.
 */
export function judgeValidation(history: readonly (readonly CheckOutcome[])[]): ValidationVerdict {
  for (const [age, all] of history.entries()) {
    const isFirst = age > 0 && age === history.length - 1;
    const isOpen = ({ check, outcome }: CheckOutcome): boolean =>
      check === "anomaly" && outcome === "insufficientHistory";
    const reason = objection(age === 0 ? all : all.filter((outcome) => !isOpen(outcome)), isFirst);
    if (reason === undefined) continue;
    const when = age === 1 ? " (1 version before)" : ` (${age} versions before)`;
    return { validated: false, reason: age === 0 ? reason : reason + when };
  }
  return { validated: true, reason: `schema and ${history[0]?.length ?? 0} checks passed` };
}

/** What speaks against the rows of one version; undefined where nothing does. */
function objection(outcomes: readonly CheckOutcome[], mayBeOpen: boolean): string | undefined {
  for (const check of wanted) {
    if (!outcomes.some((outcome) => outcome.check === check))
      return `no ${check} check was run on its rows (none is declared, or they were committed without an ingest)`;
  }
  const deciding = outcomes.filter(({ severity }) => severity === "error");
  const failed = deciding.find(({ outcome }) => outcome === "fail");
  if (failed !== undefined) return failed.reason;
  if (mayBeOpen) return undefined;
  const open = deciding.find(({ outcome }) => outcome === "insufficientHistory");
  if (open !== undefined) return open.reason;
  for (const check of wanted) {
    const own = outcomes.filter((outcome) => outcome.check === check);
    if (!own.some(({ outcome }) => outcome === "pass")) return own[0]?.reason ?? `no ${check} check passed`;
  }
  return undefined;
}
