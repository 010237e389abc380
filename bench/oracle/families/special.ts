import type { Random } from "../../../src/core/random.ts";
import { erf, erfc } from "../../../src/stats/special/erfc.ts";
import { incompleteBeta, logIncompleteBeta } from "../../../src/stats/special/incomplete-beta.ts";
import { incompleteGamma, logIncompleteGamma } from "../../../src/stats/special/incomplete-gamma.ts";
import { logBeta } from "../../../src/stats/special/log-beta.ts";
import { logGamma } from "../../../src/stats/special/log-gamma.ts";
import type { Tails } from "../../../src/stats/special/tails.ts";
import { type Answer, comparison, type Family } from "../comparison.ts";
import { logUniform } from "../draws.ts";

/** Both tails and their logarithms. */
function answer(tails: Tails, logs: Tails): Answer {
  return { lower: tails.lower, upper: tails.upper, logLower: logs.lower, logUpper: logs.upper };
}

/** A point of a gamma variable: in the bulk, some deviations away, or orders of magnitude away. */
function gammaPoint(random: Random, index: number): { a: number; x: number } {
  const a = logUniform(random, 1e-3, 1e10);
  const wide = index % 3 === 0;
  if (wide) return { a, x: a * logUniform(random, a > 2000 ? 0.8 : 1e-6, a > 2000 ? 1.2 : 50) };
  return { a, x: Math.max(a * 1e-3, a + (random.next() - 0.5) * 70 * Math.sqrt(a)) };
}

/** A point of a beta variable, likewise. */
function betaPoint(random: Random, index: number): { a: number; b: number; x: number } {
  const a = logUniform(random, 1e-3, 1e10);
  const b = index % 4 === 0 ? a * logUniform(random, 0.5, 2) : logUniform(random, 1e-3, 1e10);
  const mean = a / (a + b);
  const sd = Math.sqrt((mean * (b / (a + b))) / (a + b + 1));
  const drawn = mean + (random.next() - 0.5) * (index % 3 === 0 ? 70 : 8) * sd;
  return { a, b, x: drawn > 1e-280 && drawn < 1 ? drawn : 0.05 + 0.9 * random.next() };
}

/** The special functions against mpmath at 30 digits and more. */
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
      name: "logGamma next to its zeros",
      peer: "log_gamma",
      draw: (random, index) => ({ x: 1 + (index % 2) + (random.next() - 0.5) * logUniform(random, 1e-12, 1) }),
      ours: ({ x }) => ({ value: logGamma(x) }),
      tolerance: 1e-13,
    }),
    comparison({
      name: "logBeta",
      peer: "log_beta",
      draw: (random) => ({ a: logUniform(random, 1e-3, 1e10), b: logUniform(random, 1e-3, 1e10) }),
      ours: ({ a, b }) => ({ value: logBeta(a, b) }),
      tolerance: 1e-12,
      absolute: 1e-14,
    }),
    comparison({
      name: "erf and erfc",
      peer: "erfs",
      draw: (random, index) => ({ x: (index % 2 === 0 ? 1 : -1) * (index === 0 ? 0 : logUniform(random, 1e-300, 26)) }),
      ours: ({ x }) => ({ erf: erf(x), erfc: erfc(x) }),
      tolerance: 1e-12,
    }),
    comparison({
      name: "erf and erfc, the bulk",
      peer: "erfs",
      draw: (random) => ({ x: (random.next() - 0.5) * 12 }),
      ours: ({ x }) => ({ erf: erf(x), erfc: erfc(x) }),
      tolerance: 1e-12,
    }),
    comparison({
      name: "incompleteGamma and its logarithm, both tails",
      peer: "incomplete_gamma",
      draws: 200,
      draw: gammaPoint,
      ours: ({ a, x }) => answer(incompleteGamma(a, x), logIncompleteGamma(a, x)),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "incompleteBeta and its logarithm, both tails",
      peer: "incomplete_beta",
      draws: 200,
      draw: betaPoint,
      ours: ({ a, b, x }) => answer(incompleteBeta(a, b, x), logIncompleteBeta(a, b, x)),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
  ],
};
