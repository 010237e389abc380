import { chiSquaredSf } from "../../../src/stats/distributions/chi-squared.ts";
import { sampleRatioLogE } from "../../../src/stats/sequential/sample-ratio-log-e.ts";
import type { SequentialTest } from "../race.ts";
import type { SplitWatch } from "../split-traffic.ts";

/** The e-value of the split, added up over the steps of a ramp, looked at after every unit. */
export function sampleRatio(alpha: number = 0.05): SequentialTest<SplitWatch> {
  return {
    name: `sampleRatioLogE at ${1 / alpha}`,
    begin: () => {
      let before = 0;
      return {
        look: (counts, planned) => before + sampleRatioLogE(counts, planned) >= -Math.log(alpha),
        next: (counts, planned) => {
          before += sampleRatioLogE(counts, planned);
        },
      };
    },
  };
}

/** The chi-squared test of the current step, taken at its word after every unit: what is not to be done. */
export const naiveChiSquared: SequentialTest<SplitWatch> = {
  name: "chi-squared, peeking",
  begin: () => ({
    look: (counts, planned) => {
      let units = 0;
      for (let arm = 0; arm < counts.length; arm++) units += counts[arm] as number;
      let statistic = 0;
      for (let arm = 0; arm < counts.length; arm++) {
        const expected = units * (planned[arm] as number);
        statistic += ((counts[arm] as number) - expected) ** 2 / expected;
      }
      return units >= 100 && chiSquaredSf(statistic, counts.length - 1) < 0.05;
    },
    next: () => undefined,
  }),
};
