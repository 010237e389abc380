import { type Random, seededRandom } from "../../../src/core/random.ts";
import { cramerVonMisesSf } from "../../../src/stats/distributions/cramer-von-mises-sf.ts";
import { isNotComputable, type NotComputable } from "../../../src/stats/not-computable.ts";
import { andersonDarlingTest } from "../../../src/stats/tests/anderson-darling-test.ts";
import { cramerVonMisesTest } from "../../../src/stats/tests/cramer-von-mises-test.ts";
import { energyTest } from "../../../src/stats/tests/energy-test.ts";
import { eppsSingletonTest } from "../../../src/stats/tests/epps-singleton-test.ts";
import { maximumMeanDiscrepancy } from "../../../src/stats/tests/maximum-mean-discrepancy.ts";
import { mmdLinear } from "../../../src/stats/tests/mmd-linear.ts";
import { permutationTest } from "../../../src/stats/tests/permutation-test.ts";
import { type Answer, comparison, type Family } from "../comparison.ts";

const random = seededRandom("unused where all splits are visited");

/** Ours, as named numbers. */
function told<R>(result: R | NotComputable, tell: (result: R) => Answer): Answer | NotComputable {
  return isNotComputable(result) ? result : tell(result as R);
}

/** A sample: usually continuous; tied to a few values; all one value; shifted, stretched, or with one outlier. */
function sample(random: Random, n: number, levels: number, shift: number, outlier: boolean = true): Float64Array {
  const stretch = random.next() < 0.3 ? Math.exp(2 * random.normal()) : 1;
  const made = Float64Array.from({ length: n }, () => {
    const value = random.normal() * stretch + shift;
    return levels > 0 ? Math.round((value * levels) / 4) : value;
  });
  if (outlier && random.next() < 0.1) made[0] = levels > 0 ? 1000 : 1e6 * random.next();
  return random.next() < 0.05 ? made.fill(made[0] as number) : made;
}

interface Pair {
  readonly [key: string]: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function pair(random: Random, least: number, most: number, tied: boolean, outlier: boolean = true): Pair {
  const size = (): number => Math.round(Math.exp(Math.log(least) + random.next() * Math.log(most / least)));
  const levels = tied ? 1 + random.int(8) : 0;
  const shift = random.next() < 0.5 ? 0 : 3 * random.normal();
  return { x: sample(random, size(), levels, 0, outlier), y: sample(random, size(), levels, shift, outlier) };
}

const named = (result: { readonly statistic: number; readonly pValue: number }): Answer => ({
  t: result.statistic,
  p: result.pValue,
});

const ranks = [
  comparison({
    name: "cramerVonMisesTest exact, few ties",
    peer: "cvm_exact",
    draw: (random) => pair(random, 1, 17, false),
    ours: ({ x, y }) => told(cramerVonMisesTest(x, y, { ties: "midrank" }), named),
    tolerance: 1e-11,
    absolute: 1e-300,
  }),
  comparison({
    name: "cramerVonMisesTest exact, midranks",
    peer: "cvm_exact",
    draw: (random) => pair(random, 1, 17, true),
    ours: ({ x, y }) => told(cramerVonMisesTest(x, y, { ties: "midrank" }), named),
    tolerance: 1e-11,
    // scipy subtracts two numbers of up to 4·17/6·2 to get T
    absolute: 1e-14,
  }),
  comparison({
    name: "cramerVonMisesTest exact, larger",
    peer: "cvm_exact",
    draws: 200,
    draw: (random) => {
      const [n, m] = random.next() < 0.5 ? [22, 22] : [24, 12];
      return { x: sample(random, n, 0, 0), y: sample(random, m, 0, random.normal()) };
    },
    ours: ({ x, y }) => told(cramerVonMisesTest(x, y, { method: "exact", ties: "midrank" }), named),
    tolerance: 1e-11,
    absolute: 1e-14,
  }),
  comparison({
    name: "cramerVonMisesTest asymptotic, with and without ties",
    peer: "cvm_asymptotic",
    draw: (random, index) => pair(random, 2, index < 10 ? 60 : 30, index % 2 === 0),
    ours: ({ x, y }) => told(cramerVonMisesTest(x, y, { method: "asymptotic", ties: "midrank" }), named),
    // scipy's T has lost the digits of its leading terms, n·m/(n + m) of T; the tail exp(−π²T/2) multiplies that by 5·T
    tolerance: 2e-10,
  }),
  comparison({
    name: "cramerVonMisesSf, to 1e-200",
    peer: "cramer_von_mises_sf",
    draws: 200,
    // most of them cheap for mpmath, a few far out
    draw: (random, index) => {
      const most = index < 4 ? 90 : index < 40 ? 12 : 2;
      return { x: index === 0 ? 90 : Math.exp(Math.log(0.002) + random.next() * Math.log(most / 0.002)) };
    },
    ours: ({ x }) => ({ p: cramerVonMisesSf(x) }),
    tolerance: 1e-12,
  }),
  ...[true, false].map((midrank) =>
    comparison({
      name: `andersonDarlingTest ${midrank ? "midrank" : "right"}`,
      peer: "anderson",
      draw: (random, index) => {
        const levels = index % 2 === 0 ? 1 + random.int(8) : 0;
        const size = (): number => 1 + Math.floor(Math.exp(random.next() * (index % 20 === 0 ? 7 : 4)) - 1);
        const samples = Array.from({ length: 2 + random.int(4) }, (_, k) =>
          sample(random, size(), levels, random.next() < 0.7 ? 0 : k / 2),
        );
        return { samples, midrank };
      },
      ours: ({ samples, midrank: option }) =>
        told(andersonDarlingTest(samples, { midrank: option }), (r) => ({ statistic: r.statistic, p: r.pValue })),
      tolerance: 1e-11,
      absolute: 1e-12,
    }),
  ),
];

/** Two samples that overlap: far apart, the covariance is nearly singular, and its inverse only rounding, scipy's too. */
function near(random: Random): Pair {
  const made = (): Float64Array => {
    const shift = random.normal() / 2;
    const stretch = Math.exp(random.normal() / 3);
    return Float64Array.from({ length: 4 + random.int(300) }, () => random.normal() * stretch + shift);
  };
  return { x: made(), y: made() };
}

const shapes = [
  comparison({
    name: "eppsSingletonTest, continuous",
    peer: "epps_singleton",
    draw: (random, index) => {
      const t = index % 3 === 0 ? [0.2 + random.next(), 1.5 + random.next(), 3] : [0.4, 0.8];
      return { ...near(random), t: Float64Array.from(t) };
    },
    ours: ({ x, y, t }) =>
      told(eppsSingletonTest(x, y, { t: Array.from(t) }), (r) => ({ w: r.statistic, p: r.pValue })),
    // the inverse of a covariance of a handful of rows multiplies rounding by its condition
    tolerance: 1e-9,
    absolute: 1e-13,
  }),
  comparison({
    name: "eppsSingletonTest, few values: singular covariance",
    peer: "epps_singleton_singular",
    draw: (random) => ({ ...pair(random, 5, 200, true, false), t: Float64Array.of(0.4, 0.8) }),
    ours: ({ x, y, t }) =>
      told(eppsSingletonTest(x, y, { t: Array.from(t) }), (r) => ({ w: r.statistic, p: r.pValue })),
    tolerance: 1e-9,
    absolute: 1e-13,
  }),
  comparison({
    name: "energyTest, all splits",
    peer: "energy",
    draws: 200,
    draw: (random, index) => pair(random, 2, 5, index % 2 === 0),
    ours: ({ x, y }) =>
      told(energyTest(x, y, { random }), (r) => ({ distance: r.distance, statistic: r.statistic, p: r.pValue })),
    tolerance: 1e-11,
    absolute: 1e-14,
  }),
  comparison({
    name: "permutationTest of medians, all splits",
    peer: "permutation",
    draws: 240,
    draw: (random, index) => ({
      ...pair(random, 2, 5, index % 2 === 0),
      alternative: (["two-sided", "greater", "less"] as const)[index % 3] ?? "greater",
    }),
    ours: ({ x, y, alternative }) =>
      told(permutationTest(x, y, { random, alternative, statistic: (a, b) => median(a) - median(b) }), (r) => ({
        statistic: r.statistic,
        p: r.pValue,
      })),
    tolerance: 1e-11,
  }),
];

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

interface Rows {
  readonly [key: string]: Float64Array | number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly dimensions: number;
  /** 0: the median. */
  readonly bandwidth: number;
}

function rowsOf(random: Random, index: number, least: number, most: number): Rows {
  const dimensions = 1 + random.int(4);
  const size = (): number => (least + random.int(most - least + 1)) * dimensions;
  const levels = index % 3 === 0 ? 1 + random.int(4) : 0;
  const bandwidth = index % 2 === 0 ? 0 : 0.5 + 3 * random.next();
  return {
    x: sample(random, size(), levels, 0),
    y: sample(random, size(), levels, random.normal()),
    dimensions,
    bandwidth,
  };
}

const kernels = [
  comparison({
    name: "maximumMeanDiscrepancy, median heuristic",
    peer: "mmd",
    draw: (random, index) => rowsOf(random, index, 2, index % 2 === 0 ? 6 : 40),
    ours: ({ x, y, dimensions, bandwidth }) => {
      const options = { random, bandwidth: bandwidth === 0 ? ("median" as const) : bandwidth };
      const made = maximumMeanDiscrepancy({ values: x, dimensions }, { values: y, dimensions }, options);
      return told(made, (r) => ({
        statistic: r.statistic,
        biased: r.biased,
        bandwidth: r.bandwidth,
        ...(r.method === "exact" ? { p: r.pValue } : {}),
      }));
    },
    tolerance: 1e-11,
    absolute: 1e-13,
  }),
  comparison({
    name: "mmdLinear",
    peer: "mmd_linear",
    draw: (random, index) => rowsOf(random, index, 4, 60),
    ours: ({ x, y, dimensions, bandwidth }) => {
      const options = { random, bandwidth: bandwidth === 0 ? ("median" as const) : bandwidth };
      const made = mmdLinear({ values: x, dimensions }, { values: y, dimensions }, options);
      return told(made, (r) => ({
        statistic: r.statistic,
        standardError: r.standardError,
        p: r.pValue,
        bandwidth: r.bandwidth,
      }));
    },
    tolerance: 1e-11,
    absolute: 1e-13,
  }),
];

/** The tests of two and more samples against scipy, mpmath and numpy. */
export const family: Family = { name: "homogeneity", comparisons: [...ranks, ...shapes, ...kernels] };
