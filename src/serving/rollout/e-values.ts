import { GuardrailEProcess } from "../../stats/sequential/guardrail-e-process.ts";
import type { GuardrailDirection } from "../../stats/sequential/guardrail-increments.ts";
import { proportionLogE } from "../../stats/sequential/proportion-log-e.ts";
import { sampleRatioLogE } from "../../stats/sequential/sample-ratio-log-e.ts";
import type { ArmCounts } from "./arm-counts.ts";
import type { Tally } from "./observations.ts";

/** The largest e-value that is reported: larger ones would overflow a double. */
const ceiling = 1e300;

/** E-value of bad events against "no worse than the margin" (`harm`) or "worse by the margin or more" (`safe`). */
export function guardrailE(bad: readonly ArmCounts[], direction: GuardrailDirection, margin: number): number {
  return eValue(GuardrailEProcess.fromState({ version: 1, direction, margin, strata: bad }).logE());
}

/** E-value of trials against "the rate is at most `limit`" (`greater`) or "the rate is at least `limit`" (`less`). */
export function rateE({ n, bad }: Tally, limit: number, alternative: "greater" | "less"): number {
  return eValue(proportionLogE({ successes: bad, trials: n }, { limit, alternative }));
}

/** E-value against "units were assigned at the stated shares" (sample ratio mismatch), over all shares together. */
export function sampleRatioE(assigned: readonly ArmCounts[]): number {
  const logE = assigned.reduce(
    (sum, { share, challenger, champion }) => sum + sampleRatioLogE([challenger, champion], [share, 1 - share]),
    0,
  );
  return eValue(logE);
}

function eValue(logE: number): number {
  return Math.min(ceiling, Math.exp(Math.min(690, logE)));
}
