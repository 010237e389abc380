import type { Random } from "../../../src/core/random.ts";
import { incompleteGamma } from "../../../src/stats/special/incomplete-gamma.ts";
import { logGamma } from "../../../src/stats/special/log-gamma.ts";
import { comparison, type Family } from "../comparison.ts";

/** A number whose logarithm is uniform: every order of magnitude alike. */
function logUniform(random: Random, low: number, high: number): number {
  return Math.exp(Math.log(low) + random.next() * Math.log(high / low));
}

/** The special functions against mpmath at 60 digits. */
export const family: Family = {
  name: "special",
  comparisons: [
    comparison({
      name: "logGamma",
      peer: "log_gamma",
      draw: (random, index) => ({ x: index < 3 ? index + 1 : logUniform(random, 1e-10, 1e15) }),
      ours: ({ x }) => ({ value: logGamma(x) }),
      tolerance: 1e-14,
    }),
    comparison({
      name: "incompleteGamma, both tails",
      peer: "incomplete_gamma",
      draw: (random) => {
        const a = logUniform(random, 1e-2, 1e4);
        return { a, x: a * logUniform(random, 0.2, 5) };
      },
      ours: ({ a, x }) => {
        const { lower, upper } = incompleteGamma(a, x);
        return { smaller: Math.min(lower, upper) };
      },
      tolerance: 1e-11,
    }),
  ],
};
