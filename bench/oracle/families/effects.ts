import { type Random, seededRandom } from "../../../src/core/random.ts";
import { bestArmProbabilities } from "../../../src/stats/effects/best-arm.ts";
import { bootstrapInterval } from "../../../src/stats/effects/bootstrap-interval.ts";
import { cupedEffect } from "../../../src/stats/effects/cuped-effect.ts";
import { meanEffect } from "../../../src/stats/effects/mean-effect.ts";
import { meanPosterior } from "../../../src/stats/effects/mean-posterior.ts";
import { proportionEffect } from "../../../src/stats/effects/proportion-effect.ts";
import { proportionPosterior } from "../../../src/stats/effects/proportion-posterior.ts";
import { ratioEffect } from "../../../src/stats/effects/ratio-effect.ts";
import { pairMoments } from "../../../src/stats/moments/pair-moments.ts";
import { sampleMoments } from "../../../src/stats/moments/sample-moments.ts";
import { isNotComputable, type NotComputable } from "../../../src/stats/not-computable.ts";
import { meanPower } from "../../../src/stats/power/mean-power.ts";
import { proportionPower } from "../../../src/stats/power/proportion-power.ts";
import { type Answer, comparison, type Family } from "../comparison.ts";

const alternatives = ["two-sided", "greater", "less"] as const;
const effects = ["absolute", "relative"] as const;

function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[random.int(list.length)] as T;
}

/** Normal, skewed or tied rows, around a mean far from 0 at times. */
function sample(random: Random, n: number): Float64Array {
  const shift = oneOf(random, [0, 1, -3, 1e6]);
  const shape = random.int(3);
  return Float64Array.from({ length: n }, () => {
    const z = random.normal();
    return shift + (shape === 0 ? z : shape === 1 ? Math.exp(z) : Math.round(2 * z));
  });
}

interface Found {
  readonly value: number;
  readonly standardError: number;
  readonly lower: number;
  readonly upper: number;
  readonly pValue: number;
  readonly dof: number;
}

function answer(found: Found | NotComputable): Answer | NotComputable {
  if (isNotComputable(found)) return found;
  const { value, standardError, lower, upper, pValue, dof } = found;
  return { value, standardError, lower, upper, pValue, dof };
}

function moments(values: Float64Array) {
  const found = sampleMoments(values);
  if (isNotComputable(found)) throw new Error(found.detail);
  return found;
}

function pairs(xs: Float64Array, ys: Float64Array) {
  const found = pairMoments(xs, ys);
  if (isNotComputable(found)) throw new Error(found.detail);
  return found;
}

const drawArms = (random: Random) => ({
  control: sample(random, 2 + random.int(200)),
  treatment: sample(random, 2 + random.int(200)),
  effect: oneOf(random, effects),
  alternative: oneOf(random, alternatives),
  confidence: oneOf(random, [0.5, 0.9, 0.95, 0.999]),
});

const drawPairs = (random: Random) => {
  const arm = (n: number) => {
    const x = sample(random, n);
    const y = x.map((value) => 0.7 * value + random.normal() + 5);
    return { x, y };
  };
  const { effect, alternative, confidence } = drawArms(random);
  return { control: arm(3 + random.int(200)), treatment: arm(3 + random.int(200)), effect, alternative, confidence };
};

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const statistics = {
  mean: meanOf,
  maximum: (values: Float64Array) => Math.max(...values) + meanOf(values),
  difference: (control: Float64Array, treatment: Float64Array = control) => meanOf(treatment) - meanOf(control),
  ratio: (control: Float64Array, treatment: Float64Array = control) => meanOf(treatment) / (3 + meanOf(control) ** 2),
};

const best = ["highest", "lowest"] as const;

/** The shapes of a uniform prior after some trials. */
function drawnShapes(random: Random, most: number, chance: number): number[] {
  const trials = random.int(most + 1);
  let successes = 0;
  for (let i = 0; i < trials; i++) if (random.next() < chance) successes++;
  return [successes + 1, trials - successes + 1];
}

function bestOf(shapes: readonly (readonly number[])[], best: "highest" | "lowest"): Answer {
  const arms = shapes.map(([a = 1, b = 1]) => proportionPosterior({ successes: a - 1, trials: a + b - 2 }));
  return Object.fromEntries(bestArmProbabilities(arms, { best }).map((share, i) => [`arm${i}`, share]));
}

/** Effects, posteriors and power against scipy and mpmath. */
export const family: Family = {
  name: "effects",
  comparisons: [
    comparison({
      name: "meanEffect",
      peer: "mean_effect",
      draw: drawArms,
      ours: ({ control, treatment, effect, alternative, confidence }) =>
        answer(meanEffect(moments(control), moments(treatment), { effect, alternative, confidence })),
      tolerance: 1e-9,
      absolute: 1e-9,
    }),
    comparison({
      name: "proportionEffect",
      peer: "proportion_effect",
      draw: (random) => {
        const n = 2 + random.int(oneOf(random, [5, 100, 1e6]));
        const m = 2 + random.int(oneOf(random, [5, 100, 1e6]));
        const { effect, alternative, confidence } = drawArms(random);
        return { a: random.int(n + 1), n, b: random.int(m + 1), m, effect, alternative, confidence };
      },
      ours: ({ a, n, b, m, effect, alternative, confidence }) =>
        answer(
          proportionEffect(
            { successes: a, trials: n },
            { successes: b, trials: m },
            { effect, alternative, confidence },
          ),
        ),
      tolerance: 1e-9,
    }),
    comparison({
      name: "ratioEffect",
      peer: "ratio_effect",
      draw: drawPairs,
      ours: ({ control, treatment, effect, alternative, confidence }) =>
        answer(
          ratioEffect(pairs(control.y, control.x), pairs(treatment.y, treatment.x), {
            effect,
            alternative,
            confidence,
          }),
        ),
      tolerance: 1e-8,
      absolute: 1e-9,
    }),
    comparison({
      name: "cupedEffect",
      peer: "cuped_effect",
      draw: drawPairs,
      ours: ({ control, treatment, effect, alternative, confidence }) => {
        const found = cupedEffect(pairs(control.x, control.y), pairs(treatment.x, treatment.y), {
          effect,
          alternative,
          confidence,
        });
        if (isNotComputable(found)) return found;
        return { ...(answer(found) as Answer), theta: found.theta, varianceReduction: found.varianceReduction };
      },
      tolerance: 1e-8,
      absolute: 1e-8,
    }),
    comparison({
      name: "bootstrapInterval by BCa, percentile and basic, scipy fed with our resamples",
      peer: "bootstrap",
      draws: 200,
      draw: (random) => {
        const statistic = oneOf(random, ["mean", "maximum", "difference", "ratio"] as const);
        const several = statistic === "difference" || statistic === "ratio";
        const sizes = several ? [5 + random.int(40), 5 + random.int(40)] : [5 + random.int(60)];
        // On a grid sums are exact, so both sides see the same ties of resamples with the sample, however they add up.
        const samples = sizes.map((n) => sample(random, n).map((value) => Math.round(1024 * value) / 1024));
        const method = oneOf(random, ["bca", "percentile", "basic"] as const);
        const seed = random.int(1e9);
        const found = bootstrapInterval(samples, {
          statistic: statistics[statistic] as (...all: Float64Array[]) => number,
          random: seededRandom(seed),
          resamples: 400,
          method,
        });
        const resampled = isNotComputable(found) ? new Float64Array(0) : found.resampled;
        return { samples, statistic, method, seed, confidence: oneOf(random, [0.8, 0.95]), resampled };
      },
      ours: ({ samples, statistic, method, seed, confidence }) => {
        const found = bootstrapInterval(samples, {
          statistic: statistics[statistic] as (...all: Float64Array[]) => number,
          random: seededRandom(seed),
          resamples: 400,
          method,
          confidence,
        });
        if (isNotComputable(found)) return found;
        return { lower: found.lower, upper: found.upper, standardError: found.standardError };
      },
      tolerance: 1e-8,
      absolute: 1e-8,
    }),
    comparison({
      name: "proportionPosterior",
      peer: "proportion_posterior",
      draw: (random) => {
        const trials = random.int(oneOf(random, [3, 100, 1e7]));
        const successes = random.int(trials + 1);
        const [a, b] = [0.1 + 3 * random.next(), 0.1 + 3 * random.next()];
        return { successes, trials, a, b, confidence: oneOf(random, [0.5, 0.95, 0.999]) };
      },
      ours: ({ successes, trials, a, b, confidence }) => {
        const { value, lower, upper } = proportionPosterior({ successes, trials }, { prior: { a, b }, confidence });
        return { value, lower, upper };
      },
      tolerance: 1e-10,
    }),
    comparison({
      name: "meanPosterior, with and without a prior",
      peer: "mean_posterior",
      draw: (random, index) => ({
        values: sample(random, 2 + random.int(100)),
        prior: index % 2 === 0 ? null : { mean: random.normal(), rows: 5 * random.next(), variance: 2, dof: 3 },
        confidence: oneOf(random, [0.5, 0.95, 0.999]),
      }),
      ours: ({ values, prior, confidence }) => {
        const found = meanPosterior(moments(values), prior === null ? { confidence } : { prior, confidence });
        if (isNotComputable(found)) return found;
        const { value, lower, upper, scale, dof } = found;
        return { value, lower, upper, scale, dof };
      },
      tolerance: 1e-9,
      absolute: 1e-9,
    }),
    comparison({
      name: "bestArmProbabilities of two proportions",
      peer: "best_of_two",
      draw: (random) => {
        const trials = oneOf(random, [3, 40, 2000, 3e4]);
        const chance = random.next();
        return { arms: [0, 1].map(() => drawnShapes(random, trials, chance)), best: oneOf(random, best) };
      },
      ours: ({ arms, best }) => bestOf(arms, best),
      tolerance: 1e-11,
      absolute: 1e-14,
    }),
    comparison({
      name: "bestArmProbabilities of many proportions, by exact rational integration",
      peer: "best_of_many",
      draw: (random) => {
        const chance = random.next();
        const arms = Array.from({ length: 2 + random.int(4) }, () => drawnShapes(random, 12, chance));
        return { arms, best: oneOf(random, best) };
      },
      ours: ({ arms, best }) => bestOf(arms, best),
      tolerance: 1e-9,
    }),
    comparison({
      name: "meanPower against the noncentral t",
      peer: "mean_power",
      draw: (random) => ({
        difference: random.normal() * oneOf(random, [0.01, 0.3, 1, 4]),
        n: 2 + random.int(oneOf(random, [4, 100, 1e5])),
        m: 2 + random.int(oneOf(random, [4, 100, 1e5])),
        alpha: oneOf(random, [0.001, 0.05, 0.2]),
        alternative: oneOf(random, alternatives),
      }),
      ours: ({ difference, n, m, alpha, alternative }) => ({
        power: meanPower({ difference, standardDeviation: 1, n, m }, { alpha, alternative }),
      }),
      tolerance: 1e-8,
      absolute: 1e-11,
    }),
    comparison({
      name: "proportionPower",
      peer: "proportion_power",
      draw: (random) => ({
        control: 0.001 + 0.998 * random.next(),
        treatment: 0.001 + 0.998 * random.next(),
        n: 1 + random.int(5000),
        m: 1 + random.int(5000),
        alpha: oneOf(random, [0.001, 0.05, 0.2]),
        alternative: oneOf(random, alternatives),
      }),
      ours: ({ control, treatment, n, m, alpha, alternative }) => ({
        power: proportionPower({ control, treatment, n, m }, { alpha, alternative }),
      }),
      tolerance: 1e-9,
      absolute: 1e-300,
    }),
  ],
};
