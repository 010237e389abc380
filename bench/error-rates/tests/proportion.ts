import { normalSf } from "../../../src/stats/distributions/normal.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { proportionConfidenceSequence } from "../../../src/stats/sequential/proportion-confidence-sequence.ts";
import { type ProportionEvidenceOptions, proportionLogE } from "../../../src/stats/sequential/proportion-log-e.ts";
import type { RateWatch } from "../one-rate.ts";
import type { SequentialTest } from "../race.ts";

/** The beta-binomial e-value of a rate against a limit. */
export function proportion(options: ProportionEvidenceOptions): SequentialTest<RateWatch> {
  const { alternative = "two-sided", prior } = options;
  return {
    name: `proportionLogE, ${alternative}${prior === undefined ? "" : `, prior ${prior.a}, ${prior.b}`}`,
    begin: () => ({
      look: (successes, trials) => proportionLogE({ successes, trials }, options) >= Math.log(20),
    }),
  };
}

/** Whether the confidence sequence of a proportion ever misses it. */
export function proportionSequence(rate: number): SequentialTest<RateWatch> {
  return {
    name: "proportionConfidenceSequence",
    begin: () => ({
      look: (successes, trials) => {
        const found = proportionConfidenceSequence({ successes, trials });
        return !isNotComputable(found) && (found.lower > rate || found.upper < rate);
      },
    }),
  };
}

/** The z-test of a rate, taken at its word at every look: what is not to be done. */
export function naiveRateZ(rate: number): SequentialTest<RateWatch> {
  return {
    name: "z-test, peeking",
    begin: () => ({
      look: (successes, trials) => {
        const z = (successes - trials * rate) / Math.sqrt(trials * rate * (1 - rate));
        return 2 * normalSf(Math.abs(z)) < 0.05;
      },
    }),
  };
}
