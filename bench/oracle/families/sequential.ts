import type { Random } from "../../../src/core/random.ts";
import type { Alternative } from "../../../src/stats/alternative.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { BoundedMeanSequence } from "../../../src/stats/sequential/bounded-mean-sequence.ts";
import { confidenceSequence } from "../../../src/stats/sequential/confidence-sequence.ts";
import type { ErrorSpending } from "../../../src/stats/sequential/error-spending.ts";
import { futilityBoundary } from "../../../src/stats/sequential/futility-boundary.ts";
import { groupSequentialBoundary } from "../../../src/stats/sequential/group-sequential-boundary.ts";
import { msprt } from "../../../src/stats/sequential/msprt.ts";
import { proportionConfidenceSequence } from "../../../src/stats/sequential/proportion-confidence-sequence.ts";
import { proportionLogE } from "../../../src/stats/sequential/proportion-log-e.ts";
import { type Answer, comparison, type Family } from "../comparison.ts";

const sides: readonly Alternative[] = ["two-sided", "greater", "less"];

function logUniform(random: Random, low: number, high: number): number {
  return Math.exp(Math.log(low) + random.next() * Math.log(high / low));
}

function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[random.int(list.length)] as T;
}

/** A look at an experiment of any size and share, with an effect of up to 40 standard errors; now and then too early or constant. */
function look(random: Random, index: number) {
  const standardError = index % 50 === 49 ? 0 : logUniform(random, 1e-6, 1e6);
  const z = index % 10 === 0 ? 0 : (random.next() - 0.5) * oneOf(random, [1, 8, 80]);
  return {
    value: z * standardError,
    standardError,
    n: Math.ceil(logUniform(random, 1, 1e12)),
    m: index % 5 === 0 ? 0 : Math.ceil(logUniform(random, 1, 1e12)),
    events: index % 40 === 39 ? 9 : 10,
    confidence: oneOf(random, [0.9, 0.95, 0.99, 0.52 + 0.479 * random.next()]),
    alternative: oneOf(random, sides),
  };
}

/** Counts from one trial to `most`, at rates near 0, near 1 and between. */
function proportion(random: Random, index: number, most: number) {
  const trials = index % 20 === 0 ? 1 : Math.ceil(logUniform(random, 1, most));
  const rate = oneOf(random, [0, 1, random.next(), random.next() ** 8, 1 - random.next() ** 8]);
  const shape = (): number => oneOf(random, [1, 1, 0.5, logUniform(random, 0.01, 1000)]);
  return { successes: Math.round(rate * trials), trials, a: shape(), b: shape() };
}

function runningShares(steps: readonly number[], total: number): number[] {
  let sum = 0;
  return steps.map((step) => {
    sum += step / total;
    return sum;
  });
}

function plan(random: Random) {
  const looks = 1 + random.int(6);
  const steps = Array.from({ length: looks }, () => 0.15 + random.next());
  const total = steps.reduce((a, b) => a + b, 0) / oneOf(random, [1, 1, 0.8, 1.1]);
  const fractions = runningShares(steps, total);
  const family = oneOf(random, ["obrien-fleming", "pocock", "power", "hwang-shih-decani"] as const);
  const shape = family === "power" ? 0.3 + 3 * random.next() : oneOf(random, [0, -4, 8 * random.next() - 4]);
  return { fractions, alpha: oneOf(random, [0.05, 0.025, 0.3 * random.next() + 1e-4]), family, shape };
}

function spendingOf(family: ReturnType<typeof plan>["family"], shape: number): ErrorSpending {
  if (family === "power") return { family, exponent: shape };
  return family === "hwang-shih-decani" ? { family, gamma: shape } : family;
}

function named(prefix: string, values: readonly number[]): Answer {
  return Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));
}

/** Values of one kind: even, skewed, rare, constant, few. */
function bounded(random: Random, index: number) {
  const kind = index % 5;
  const length = index < 5 ? index : Math.ceil(logUniform(random, 1, 400));
  const rate = random.next() ** 3;
  const draw = [
    () => random.next(),
    () => random.next() ** 6,
    () => (random.next() < rate ? 1 : 0),
    () => rate,
    () => 1 - random.next() ** 4,
  ][kind] as () => number;
  const candidates = oneOf(random, [11, 40, 201]);
  return {
    values: Float64Array.from({ length }, draw),
    mean: 1 + random.int(candidates - 2),
    confidence: oneOf(random, [0.5, 0.9, 0.95, 0.999]),
    candidates,
  };
}

/** Effects, planned looks, proportions and bounded means, looked at again and again. */
export const family: Family = {
  name: "sequential",
  comparisons: [
    comparison({
      name: "confidenceSequence",
      peer: "confidence_sequence",
      draw: (random, index) => ({ ...look(random, index), tunedFor: logUniform(random, 10, 1e7) }),
      ours: (at) => {
        const found = confidenceSequence(at, at);
        if (isNotComputable(found)) return found;
        return { lower: found.lower, upper: found.upper, pValue: found.pValue };
      },
      tolerance: 1e-11,
    }),
    comparison({
      name: "msprt",
      peer: "msprt",
      draw: (random, index) => {
        const at = look(random, index);
        const ratio = logUniform(random, 1e-6, 1e12);
        const fixed = at.standardError > 0 ? ratio * at.standardError ** 2 : 1;
        return { ...at, mixtureVariance: index % 2 === 0 ? null : fixed };
      },
      ours: ({ mixtureVariance, ...at }) => {
        const found = msprt(at, mixtureVariance === null ? at : { ...at, mixtureVariance });
        if (isNotComputable(found)) return found;
        const { lower, upper, logE, pValue } = found;
        return { lower, upper, logE, pValue, mixtureVariance: found.mixtureVariance };
      },
      tolerance: 1e-10, // p-values of 40 standard errors carry the rounding of an exponent near 800, ends that of a difference
      absolute: 1e-13,
    }),
    comparison({
      name: "proportionLogE",
      peer: "proportion_log_e",
      draw: (random, index) => ({
        ...proportion(random, index, 3000),
        limit: oneOf(random, [0.5, 0.02, 0.98 * random.next() + 0.01, logUniform(random, 1e-6, 0.01)]),
        alternative: oneOf(random, sides),
      }),
      ours: ({ successes, trials, limit, alternative, a, b }) => ({
        logE: proportionLogE({ successes, trials }, { limit, alternative, prior: { a, b } }),
      }),
      tolerance: 1e-11,
      absolute: 1e-11, // a logarithm near 0 is a difference of ones of thousands
    }),
    comparison({
      name: "proportionLogE two-sided, up to 1e12 trials",
      peer: "proportion_log_e",
      draw: (random, index) => ({
        ...proportion(random, index, 1e12),
        limit: oneOf(random, [0.5, random.next(), logUniform(random, 1e-9, 0.01)]),
        alternative: "two-sided" as const,
      }),
      ours: ({ successes, trials, limit, a, b }) => ({
        logE: proportionLogE({ successes, trials }, { limit, prior: { a, b } }),
      }),
      tolerance: 1e-11,
      absolute: 1e-11,
    }),
    comparison({
      name: "proportionConfidenceSequence",
      peer: "proportion_sequence",
      draw: (random, index) => ({
        ...(index === 0 ? { successes: 0, trials: 0, a: 1, b: 1 } : proportion(random, index, 1e12)),
        confidence: oneOf(random, [0.5, 0.95, 0.999, 1 - 1e-9]),
      }),
      ours: ({ successes, trials, confidence, a, b }) => {
        const found = proportionConfidenceSequence({ successes, trials }, { confidence, prior: { a, b } });
        return isNotComputable(found) ? found : { lower: found.lower, upper: found.upper };
      },
      tolerance: 1e-11,
      absolute: 1e-25,
    }),
    comparison({
      name: "groupSequentialBoundary",
      peer: "boundary",
      draw: (random) => ({ ...plan(random), alternative: oneOf(random, sides) }),
      ours: ({ fractions, alpha, family: name, shape, alternative }) => {
        const options = { alpha, spending: spendingOf(name, shape), alternative };
        return named(
          "z",
          groupSequentialBoundary(fractions, options).map(({ z }) => z),
        );
      },
      tolerance: 1e-11,
      absolute: 1e-13, // a one-sided boundary may lie next to 0
    }),
    comparison({
      name: "groupSequentialBoundary, two looks at 20 digits",
      peer: "two_looks",
      draws: 200,
      draw: (random) => ({
        first: 0.02 + 0.95 * random.next(),
        alpha: oneOf(random, [0.05, 1e-6, 0.2 * random.next() + 1e-3]),
        alternative: oneOf(random, sides),
      }),
      ours: ({ first, alpha, alternative }) => {
        const options = { alpha, spending: { family: "power", exponent: 1 }, alternative } as const;
        return named(
          "z",
          groupSequentialBoundary([first, 1], options).map(({ z }) => z),
        );
      },
      tolerance: 1e-11,
    }),
    comparison({
      name: "futilityBoundary",
      peer: "futility",
      draws: 200,
      draw: (random) => {
        const looks = 1 + random.int(4);
        const steps = Array.from({ length: looks }, () => 0.2 + random.next());
        const total = steps.reduce((a, b) => a + b, 0);
        const fractions = [...runningShares(steps, total).slice(0, -1), 1];
        return { fractions, alpha: 0.01 + 0.1 * random.next(), beta: 0.05 + 0.3 * random.next() };
      },
      ours: ({ fractions, alpha, beta }) => {
        const futilitySpending = { family: "power", exponent: 1 } as const;
        const { drift, looks } = futilityBoundary(fractions, { alpha, beta, futilitySpending });
        return {
          drift,
          ...named(
            "a",
            looks.slice(0, -1).map(({ futilityZ }) => futilityZ),
          ),
        };
      },
      tolerance: 1e-9, // the peer's root finders stop at 1e-12, and its drift enters every boundary
      absolute: 1e-11,
    }),
    comparison({
      name: "BoundedMeanSequence",
      peer: "bounded_mean",
      draw: bounded,
      ours: ({ values, mean, confidence, candidates }) => {
        const sequence = new BoundedMeanSequence({ confidence, candidates });
        sequence.addAll(values);
        const found = sequence.interval();
        if (isNotComputable(found)) return found;
        const at = Math.sin((Math.PI * mean) / (2 * (candidates - 1))) ** 2;
        return {
          value: found.value,
          lower: found.lower,
          upper: found.upper,
          greater: sequence.logE(at, { alternative: "greater" }),
          less: sequence.logE(at, { alternative: "less" }),
          logE: sequence.logE(at),
        };
      },
      tolerance: 1e-10,
      absolute: 1e-12, // logarithms of capitals near 1 are sums that cancel
    }),
  ],
};
