import type { Random } from "../../../src/core/random.ts";
import { type Alternative, alternatives } from "../../../src/stats/alternative.ts";
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
} from "../../../src/stats/multiple/adjust-p-values.ts";
import { isNotComputable, type NotComputable } from "../../../src/stats/not-computable.ts";
import { chiSquaredGoodnessOfFit } from "../../../src/stats/tests/chi-squared-goodness-of-fit.ts";
import { chiSquaredTest } from "../../../src/stats/tests/chi-squared-test.ts";
import { fisherExactTest } from "../../../src/stats/tests/fisher-exact-test.ts";
import { ksTest } from "../../../src/stats/tests/ks-test.ts";
import { mannWhitneyTest } from "../../../src/stats/tests/mann-whitney-test.ts";
import { mcNemarTest } from "../../../src/stats/tests/mcnemar-test.ts";
import { newcombeInterval } from "../../../src/stats/tests/newcombe-interval.ts";
import { twoProportionTest } from "../../../src/stats/tests/two-proportion-test.ts";
import { welchTest } from "../../../src/stats/tests/welch-test.ts";
import { type Answer, comparison, type Family } from "../comparison.ts";
import { logCount, logUniform, oneOf, probability } from "../draws.ts";

interface Samples {
  readonly [key: string]: Float64Array | string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly alternative: Alternative;
}

/** Two samples: continuous, tied, a single value, constant, or far apart. */
function samples(random: Random, index: number, most: number): Samples {
  const kind = index % 6;
  const size = (): number => (kind === 2 ? logCount(random, 1, 3) : logCount(random, 1, most));
  const shift = kind === 5 ? 30 : random.next() * 2 - 1;
  const draw = (by: number) => (): number => {
    const value = random.normal() + by;
    return kind === 1 ? Math.round(value * 2) : kind === 3 ? 4 : value;
  };
  const x = Float64Array.from({ length: size() }, draw(0));
  const y = Float64Array.from({ length: index % 7 === 0 ? x.length : size() }, draw(shift));
  return { x, y, alternative: oneOf(random, alternatives) };
}

/** Values without ties. */
function untied(random: Random, most: number): Samples {
  const values = (by: number): Float64Array =>
    Float64Array.from({ length: logCount(random, 1, most) }, () => random.normal() + by);
  return { x: values(0), y: values(random.next() * 3 - 1), alternative: oneOf(random, alternatives) };
}

function tested(
  result: { readonly statistic: number; readonly pValue: number } | NotComputable,
): Answer | NotComputable {
  return isNotComputable(result) ? result : { statistic: result.statistic, p: result.pValue };
}

function withDof(
  result: { readonly statistic: number; readonly pValue: number; readonly dof: number } | NotComputable,
): Answer | NotComputable {
  return isNotComputable(result) ? result : { statistic: result.statistic, p: result.pValue, dof: result.dof };
}

/** Counts of one order of magnitude, some of them 0. */
function cells(random: Random, length: number): Float64Array {
  const size = logUniform(random, 3, 1e9);
  return Float64Array.from({ length }, () => (random.next() < 0.1 ? 0 : Math.round(size * (0.5 + random.next()))));
}

/** A table near independence, so that the p-value is not always 0. */
function tableOf(random: Random, index: number): readonly Float64Array[] {
  const columns = index % 2 === 0 ? 2 : 2 + Math.floor(random.next() * 5);
  const rows = index % 2 === 0 ? 2 : 2 + Math.floor(random.next() * 4);
  const size = logUniform(random, 2, 1e12);
  const shares = Array.from({ length: columns }, () => 0.2 + random.next());
  return Array.from({ length: rows }, () => {
    const weight = 0.2 + random.next();
    return Float64Array.from({ length: columns }, (_, c) => {
      const mean = size * weight * (shares[c] as number);
      return random.next() < 0.03 ? 0 : Math.max(0, Math.round(mean + random.normal() * 4 * Math.sqrt(mean)));
    });
  });
}

const adjustments = { bh: benjaminiHochberg, by: benjaminiYekutieli, bonferroni, holm } as const;

/** The classical tests and the adjustments for many of them, against scipy, exact rational arithmetic and mpmath. */
export const family: Family = {
  name: "classical-tests",
  comparisons: [
    comparison({
      name: "ksTest exact",
      peer: "ks",
      draw: (random, index) => samples(random, index, 60),
      ours: ({ x, y, alternative }) => tested(ksTest(x, y, { alternative, method: "exact" })),
      tolerance: 1e-11,
    }),
    comparison({
      name: "ksTest asymptotic equals scipy",
      peer: "ks_asymptotic",
      // For two single values scipy answers NaN.
      draw: (random, index) => {
        const drawn = samples(random, index, index % 3 === 0 ? 20_000 : 300);
        return drawn.x.length + drawn.y.length > 4 ? drawn : untied(random, 300);
      },
      ours: ({ x, y, alternative }) => tested(ksTest(x, y, { alternative, method: "asymptotic" })),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "chiSquaredTest",
      peer: "chi_squared",
      draw: (random, index) => ({
        table: tableOf(random, index),
        statistic: oneOf(random, ["pearson", "g"] as const),
        yates: random.next() < 0.5,
      }),
      ours: ({ table, statistic, yates }) => withDof(chiSquaredTest(table, { statistic, yates })),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "chiSquaredGoodnessOfFit",
      peer: "goodness_of_fit",
      draw: (random) => {
        const observed = cells(random, 2 + Math.floor(random.next() * 8));
        const near = (count: number): number =>
          count === 0 ? 0 : Math.max(1, count + 3 * random.normal() * Math.sqrt(count));
        const expected = random.next() < 0.7 ? observed.map(near) : cells(random, observed.length);
        const statistic = oneOf(random, ["pearson", "g"] as const);
        return { observed, expected, statistic, ddof: random.next() < 0.3 ? 1 : 0 };
      },
      ours: ({ observed, expected, statistic, ddof }) =>
        withDof(chiSquaredGoodnessOfFit(observed, expected, { statistic, ddof })),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "fisherExactTest",
      peer: "fisher",
      draw: (random, index) => {
        const top = index % 4 === 0 ? 12 : 3000;
        const [a, b, c, d] = [1, 2, 3, 4].map(() => logCount(random, 1, top) - 1) as [number, number, number, number];
        return {
          a,
          b: index % 5 === 0 ? a : b,
          c,
          d: index % 5 === 0 ? c : d,
          alternative: oneOf(random, alternatives),
        };
      },
      ours: ({ a, b, c, d, alternative }) => ({
        p: fisherExactTest(
          [
            [a, b],
            [c, d],
          ],
          { alternative },
        ).pValue,
      }),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "fisherExactTest with large counts",
      peer: "fisher_big",
      draws: 200,
      draw: (random) => {
        const [n, m] = [logCount(random, 1e4, 3e6), logCount(random, 1e4, 3e6)];
        const chance = logUniform(random, 1e-2, 0.9);
        const cell = (rows: number): number =>
          Math.min(
            rows - 1,
            Math.max(1, Math.round(rows * chance + random.normal() * 6 * Math.sqrt(rows * chance * (1 - chance)))),
          );
        const [a, c] = [cell(n), cell(m)];
        return { a, b: n - a, c, d: m - c, alternative: oneOf(random, ["greater", "less"] as const) };
      },
      ours: ({ a, b, c, d, alternative }) => ({
        p: fisherExactTest(
          [
            [a, b],
            [c, d],
          ],
          { alternative },
        ).pValue,
      }),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "mannWhitneyTest equals scipy",
      peer: "mann_whitney",
      draw: (random, index) => {
        const drawn = samples(random, index, 60);
        const tied = new Set([...drawn.x, ...drawn.y]).size < drawn.x.length + drawn.y.length;
        const method = tied || Math.min(drawn.x.length, drawn.y.length) > 8 ? "asymptotic" : "auto";
        return { ...drawn, method, continuity: random.next() < 0.7 };
      },
      ours: ({ x, y, alternative, method, continuity }) =>
        tested(mannWhitneyTest(x, y, { alternative, method: method as "auto" | "asymptotic", continuity })),
      tolerance: 1e-11,
    }),
    comparison({
      name: "mannWhitneyTest exact",
      peer: "mann_whitney_exact",
      draw: (random) => untied(random, 24),
      ours: ({ x, y, alternative }) => tested(mannWhitneyTest(x, y, { alternative, method: "exact" })),
      tolerance: 1e-11,
    }),
    comparison({
      name: "welchTest, also with equal variances",
      peer: "means",
      draw: (random, index) => {
        const { x, y, alternative } = samples(random, index, 40);
        // Next to large means only an exact difference has digits left.
        const far = index % 4 === 1 ? logUniform(random, 1e6, 1e12) : 0;
        const moved = (values: Float64Array): Float64Array => values.map((value) => value + far);
        return { x: moved(x), y: moved(y), alternative, equal: random.next() < 0.5 };
      },
      ours: ({ x, y, alternative, equal }) => withDof(welchTest(x, y, { alternative, equalVariance: equal })),
      tolerance: 1e-11,
    }),
    comparison({
      name: "welchTest, the interval",
      peer: "mean_interval",
      draw: (random) => {
        const drawn = untied(random, 30);
        const pad = (values: Float64Array): Float64Array => Float64Array.from([...values, random.normal()]);
        const confidence = 1 - logUniform(random, 1e-6, 0.5);
        return { x: pad(drawn.x), y: pad(drawn.y), equal: random.next() < 0.5, confidence };
      },
      ours: ({ x, y, equal, confidence }) => {
        const result = welchTest(x, y, { equalVariance: equal, confidence });
        return isNotComputable(result) ? result : { lower: result.lower, upper: result.upper };
      },
      tolerance: 1e-11,
      // An end next to 0 is a difference of two numbers of order 1.
      absolute: 1e-12,
    }),
    comparison({
      name: "twoProportionTest",
      peer: "two_proportions",
      draw: (random) => {
        const [n, m] = [logCount(random, 1, 1e9), logCount(random, 1, 1e9)];
        const chance = probability(random, 1e-6);
        const near = (trials: number): number =>
          Math.min(trials, Math.max(0, Math.round(trials * chance + 3 * random.normal() * Math.sqrt(trials * chance))));
        return { a: near(n), n, b: near(m), m, alternative: oneOf(random, alternatives) };
      },
      ours: ({ a, n, b, m, alternative }) => {
        const result = twoProportionTest({ successes: a, trials: n }, { successes: b, trials: m }, { alternative });
        return isNotComputable(result)
          ? result
          : { statistic: result.statistic, p: result.pValue, difference: result.difference };
      },
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "newcombeInterval",
      peer: "newcombe",
      draw: (random) => {
        const [n, m] = [logCount(random, 1, 1e6), logCount(random, 1, 1e6)];
        const part = (trials: number): number => Math.min(trials, Math.round(trials * random.next() * 1.1));
        return { a: part(n), n, b: part(m), m, confidence: 1 - logUniform(random, 1e-8, 0.5) };
      },
      ours: ({ a, n, b, m, confidence }) => {
        const found = newcombeInterval({ successes: a, trials: n }, { successes: b, trials: m }, { confidence });
        return isNotComputable(found) ? found : { lower: found.lower, upper: found.upper };
      },
      tolerance: 1e-11,
      absolute: 1e-14,
    }),
    comparison({
      name: "mcNemarTest",
      peer: "mcnemar",
      draw: (random) => ({
        b: logCount(random, 1, 2000) - 1,
        c: logCount(random, 1, 2000) - 1,
        method: oneOf(random, ["exact", "midP", "asymptotic"] as const),
        continuity: random.next() < 0.5,
      }),
      ours: ({ b, c, method, continuity }) =>
        tested(mcNemarTest({ onlyFirst: b, onlySecond: c }, { method, continuity })),
      tolerance: 1e-11,
      absolute: 1e-300,
    }),
    comparison({
      name: "adjusted p-values",
      peer: "adjusted",
      draw: (random, index) => {
        const p = Float64Array.from({ length: logCount(random, 1, 300) }, () =>
          index % 3 === 0 ? Math.round(random.next() * 20) / 20 : random.next() < 0.1 ? 0 : probability(random),
        );
        return { p, method: oneOf(random, ["bh", "by", "bonferroni", "holm"] as const) };
      },
      ours: ({ p, method }) => Object.fromEntries(adjustments[method](p).entries()),
      tolerance: 1e-13,
      absolute: 1e-300,
    }),
  ],
};
