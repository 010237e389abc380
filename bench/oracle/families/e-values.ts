import type { Random } from "../../../src/core/random.ts";
import { eBenjaminiHochberg } from "../../../src/stats/multiple/e-benjamini-hochberg.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { GuardrailEProcess } from "../../../src/stats/sequential/guardrail-e-process.ts";
import type { GuardrailDirection } from "../../../src/stats/sequential/guardrail-increments.ts";
import { guardrailRiskRatio } from "../../../src/stats/sequential/guardrail-risk-ratio.ts";
import { averageE, productE } from "../../../src/stats/sequential/merge-e-values.ts";
import { sampleRatioLogE } from "../../../src/stats/sequential/sample-ratio-log-e.ts";
import { comparison, type Family } from "../comparison.ts";

function logUniform(random: Random, low: number, high: number): number {
  return Math.exp(Math.log(low) + random.next() * Math.log(high / low));
}

/** A count of any order of magnitude, 0 and 1 included. */
function count(random: Random, most: number): number {
  return Math.floor(logUniform(random, 0.5, most));
}

interface Drawn {
  readonly shares: number[];
  readonly challenger: number[];
  readonly champion: number[];
}

/** Bad events at one to four shares, some of them extreme. */
function strata(random: Random, most: number): Drawn {
  const shares = Array.from({ length: 1 + random.int(4) }, () =>
    random.next() < 0.2 ? logUniform(random, 1e-9, 1e-3) : 0.01 + 0.98 * random.next(),
  );
  return {
    shares,
    challenger: shares.map(() => count(random, most)),
    champion: shares.map(() => count(random, most)),
  };
}

function process(direction: string, margin: number, { shares, challenger, champion }: Drawn): GuardrailEProcess {
  const made = new GuardrailEProcess({ direction: direction as GuardrailDirection, margin });
  for (const [i, share] of shares.entries()) {
    made.addBad("challenger", share, challenger[i] as number);
    made.addBad("champion", share, champion[i] as number);
  }
  return made;
}

/** E-processes against mpmath at 50 digits, merging and e-BH against their definitions in exact fractions. */
export const family: Family = {
  name: "e-values",
  comparisons: [
    comparison({
      name: "guardrail logE",
      peer: "guardrail",
      draws: 200,
      draw: (random, index) => ({
        direction: index % 2 === 0 ? "harm" : "safe",
        margin: random.next() < 0.3 ? 0 : logUniform(random, 1e-6, 1e3),
        ...strata(random, 1e6),
      }),
      ours: ({ direction, margin, ...drawn }) => ({ logE: process(direction, margin, drawn).logE() }),
      tolerance: 1e-12,
      // Around ln E = 0 what counts is the error of E itself: that of 1e6 increments rounded to 2^-52.
      absolute: 2e-10,
    }),
    comparison({
      name: "guardrailRiskRatio",
      peer: "risk_ratio",
      draw: (random) => ({ confidence: 1 - logUniform(random, 1e-6, 0.5), ...strata(random, 1e5) }),
      ours: ({ confidence, shares, challenger, champion }) => {
        const list = shares.map((share, i) => ({
          share,
          challenger: challenger[i] as number,
          champion: champion[i] as number,
        }));
        const found = guardrailRiskRatio(list, { confidence });
        return isNotComputable(found) ? found : { value: found.value, lower: found.lower, upper: found.upper };
      },
      tolerance: 1e-10,
    }),
    comparison({
      name: "sampleRatioLogE",
      peer: "sample_ratio",
      draw: (random) => {
        const weights = Array.from({ length: 2 + random.int(4) }, () => logUniform(random, 1e-4, 1));
        const total = weights.reduce((sum, each) => sum + each, 0);
        const shares = weights.map((weight) => weight / total);
        // Above, the last bit of a share matters more than the tolerance.
        const units = count(random, 1e9);
        return {
          shares,
          counts: shares.map((share) =>
            Math.round(units * share * (1 + 0.1 * random.normal() * random.next() ** 9) ** 2),
          ),
          concentration: logUniform(random, 1e-3, 1e6),
        };
      },
      ours: ({ counts, shares, concentration }) => ({ logE: sampleRatioLogE(counts, shares, { concentration }) }),
      tolerance: 1e-11,
      absolute: 1e-11,
    }),
    comparison({
      name: "e-BH, average and product",
      peer: "merged",
      draw: (random, index) => {
        const length = index < 3 ? index : 1 + random.int(20);
        const eValues = Array.from({ length }, () =>
          random.next() < 0.2 ? random.int(4) * 20 : logUniform(random, 1e-6, 1e6),
        );
        return { eValues, weights: eValues.map(() => 0.1 + random.next()) };
      },
      ours: ({ eValues, weights }) => ({
        average: averageE(eValues),
        weighted: averageE(eValues, { weights }),
        product: productE(eValues),
        ...Object.fromEntries(eBenjaminiHochberg(eValues).map((each, i) => [`adjusted${i}`, each])),
      }),
      tolerance: 1e-13,
    }),
  ],
};
