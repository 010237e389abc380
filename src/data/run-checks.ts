import type { Check, CheckInput, CheckOutcome } from "../contracts/check.ts";

/** Runs checks on a batch. A value that is not a number is a failure. */
export function runChecks(
  checks: readonly Check[],
  input: CheckInput,
  onDone?: (done: number) => void,
): readonly CheckOutcome[] {
  return checks.map((check, i) => {
    const outcome = finite(check.judge(input));
    onDone?.(i + 1);
    return outcome;
  });
}

function finite(outcome: CheckOutcome): CheckOutcome {
  const { value, bound, ...rest } = outcome;
  const broken = Number.isNaN(value) || Number.isNaN(bound);
  return {
    ...rest,
    ...(broken ? { outcome: "fail", reason: `${outcome.reason} (not a number)` } : {}),
    ...(value !== undefined && Number.isFinite(value) ? { value } : {}),
    ...(bound !== undefined && Number.isFinite(bound) ? { bound } : {}),
  };
}

/** Why checks refuse a batch: the reasons of failed ones whose severity is `error`. */
export function refusals(outcomes: readonly CheckOutcome[]): readonly string[] {
  return outcomes
    .filter(({ severity, outcome }) => severity === "error" && outcome === "fail")
    .map(({ check, reason }) => `${check}: ${reason}`);
}
