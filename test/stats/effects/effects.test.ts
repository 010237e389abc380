import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { cupedEffect } from "../../../src/stats/effects/cuped-effect.ts";
import { meanEffect } from "../../../src/stats/effects/mean-effect.ts";
import { proportionEffect } from "../../../src/stats/effects/proportion-effect.ts";
import { ratioEffect, ratioMetric } from "../../../src/stats/effects/ratio-effect.ts";
import { pairMoments } from "../../../src/stats/moments/pair-moments.ts";
import { sampleMoments } from "../../../src/stats/moments/sample-moments.ts";
import { confidenceSequence } from "../../../src/stats/sequential/confidence-sequence.ts";
import { welchTest } from "../../../src/stats/tests/welch-test.ts";
import { computed, reasonOf } from "../computed.ts";
import { golden } from "../golden.ts";
import { relativeError } from "../relative-error.ts";

interface Sequential {
  readonly cases: readonly {
    readonly kind: string;
    readonly a: Readonly<Record<string, number>>;
    readonly b: Readonly<Record<string, number>>;
    readonly nStar: number;
    readonly estimate: number;
    readonly standardError: number;
    readonly interval: readonly [number, number];
  }[];
}

test("GrowthBook's relative effects, and the confidence sequences around them", () => {
  const { cases } = golden("stats-sequential-cases") as Sequential;
  expect(cases.length).toBe(2);
  for (const { kind, a, b, nStar, estimate, standardError, interval } of cases) {
    const moments = ({ sum = 0, sumOfSquares = 0, n = 0 }: Readonly<Record<string, number>>) => ({
      n,
      mean: sum / n,
      variance: (sumOfSquares - (sum * sum) / n) / (n - 1),
    });
    const proportion = ({ successes = 0, n = 0 }: Readonly<Record<string, number>>) => ({ successes, trials: n });
    const lift = computed(
      kind.startsWith("proportion")
        ? proportionEffect(proportion(a), proportion(b), { effect: "relative" })
        : meanEffect(moments(a), moments(b), { effect: "relative" }),
    );
    expect(lift.value).toBeCloseTo(estimate, 5);
    expect(lift.standardError).toBeCloseTo(standardError, 5);
    const sequence = computed(confidenceSequence({ ...lift, events: 1000 }, { tunedFor: nStar }));
    expect(sequence.lower).toBeCloseTo(interval[0], 4);
    expect(sequence.upper).toBeCloseTo(interval[1], 4);
  }
});

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 60 });

test("an absolute effect on a mean is Welch's, and swapping the arms mirrors it", () => {
  fc.assert(
    fc.property(values, values, (xs, ys) => {
      const x = sampleMoments(xs);
      const y = sampleMoments(ys);
      if ("notComputable" in x || "notComputable" in y || x.variance + y.variance === 0) return;
      const effect = computed(meanEffect(x, y));
      const mirrored = computed(meanEffect(y, x));
      expect(mirrored.value).toBe(-effect.value);
      expect(relativeError(mirrored.lower, -effect.upper)).toBeLessThan(1e-9);
      expect(relativeError(mirrored.pValue, effect.pValue)).toBeLessThan(1e-9);
      const welch = computed(welchTest(ys, xs));
      expect(relativeError(effect.pValue, welch.pValue)).toBeLessThan(1e-6);
    }),
    { seed: 5 },
  );
});

test("the sign of a relative effect tells the direction, whatever the sign of the control", () => {
  const lift = (control: number, treatment: number) =>
    computed(
      meanEffect(
        { n: 50, mean: control, variance: 1 },
        { n: 50, mean: treatment, variance: 1 },
        { effect: "relative" },
      ),
    ).value;
  expect(lift(10, 11)).toBeCloseTo(0.1, 12);
  expect(lift(-10, -11)).toBeCloseTo(-0.1, 12);
  expect(lift(-10, 10)).toBeCloseTo(2, 12);
});

test("a ratio of equal denominators is the mean effect, and its interval covers at its rate", () => {
  const random = seededRandom("ratio");
  let covered = 0;
  for (let run = 0; run < 1000; run++) {
    const users = 200;
    const views = Float64Array.from({ length: users }, () => 1 + random.int(20));
    const clicks = views.map((count) => {
      const own = 0.1 + 0.2 * random.next();
      let sum = 0;
      for (let i = 0; i < count; i++) if (random.next() < own) sum++;
      return sum;
    });
    const rate = computed(ratioMetric(computed(pairMoments(clicks, views))));
    if (rate.lower <= 0.2 && 0.2 <= rate.upper) covered++;
  }
  expect(covered).toBeGreaterThan(930);
  expect(covered).toBeLessThan(970);
  const control = computed(pairMoments([1, 2, 3, 5], [2, 2, 2, 2]));
  const treatment = computed(pairMoments([3, 4, 4, 6], [2, 2, 2, 2]));
  const ratio = computed(ratioEffect(control, treatment));
  const mean = computed(
    meanEffect(computed(sampleMoments([0.5, 1, 1.5, 2.5])), computed(sampleMoments([1.5, 2, 2, 3]))),
  );
  expect(ratio.value).toBeCloseTo(mean.value, 12);
  expect(ratio.standardError).toBeCloseTo(mean.standardError, 12);
});

test("CUPED is unbiased, keeps its coverage and is as much narrower as it says", () => {
  const random = seededRandom("cuped");
  let covered = 0;
  let reduction = 0;
  let bias = 0;
  const runs = 600;
  const arm = (lift: number) => {
    const before = Float64Array.from({ length: 150 }, () => 10 + 2 * random.normal());
    const after = before.map((value) => value + lift + random.normal());
    return computed(pairMoments(before, after));
  };
  for (let run = 0; run < runs; run++) {
    const effect = computed(cupedEffect(arm(0), arm(0.5)));
    if (effect.lower <= 0.5 && 0.5 <= effect.upper) covered++;
    reduction += effect.varianceReduction / runs;
    bias += (effect.value - 0.5) / runs;
  }
  expect(Math.abs(bias)).toBeLessThan(4 * Math.sqrt(2 / 150 / runs));
  expect(covered / runs).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / runs));
  expect(covered / runs).toBeLessThan(0.95 + 3 * Math.sqrt((0.95 * 0.05) / runs));
  expect(reduction).toBeCloseTo(0.8, 1);
});

test("a covariate that does not vary takes nothing out", () => {
  const control = { n: 20, meanX: 3, meanY: 1, varianceX: 0, varianceY: 4, covariance: 0 };
  const treatment = { ...control, meanY: 2 };
  const cuped = computed(cupedEffect(control, treatment));
  const plain = computed(meanEffect({ n: 20, mean: 1, variance: 4 }, { n: 20, mean: 2, variance: 4 }));
  expect(cuped).toEqual({ ...plain, theta: 0, varianceReduction: 0 });
});

test("one side: the other end is open and the p-value is half or the rest", () => {
  const control = { n: 30, mean: 1, variance: 2 };
  const treatment = { n: 30, mean: 1.5, variance: 2 };
  const both = computed(meanEffect(control, treatment));
  const greater = computed(meanEffect(control, treatment, { alternative: "greater" }));
  const less = computed(meanEffect(control, treatment, { alternative: "less" }));
  expect(greater.pValue).toBeCloseTo(both.pValue / 2, 14);
  expect(less.pValue).toBeCloseTo(1 - both.pValue / 2, 14);
  expect([greater.upper, less.lower]).toEqual([Infinity, -Infinity]);
  expect(greater.lower).toBeGreaterThan(both.lower);
});

test("what has no effect says why, and impossible input is refused", () => {
  const flat = { n: 5, mean: 2, variance: 0 };
  const zero = { n: 5, mean: 0, variance: 1 };
  expect(reasonOf(meanEffect(flat, { ...flat, mean: 3 }))).toBe("constant");
  expect(reasonOf(meanEffect(zero, zero, { effect: "relative" }))).toBe("zero-denominator");
  expect(reasonOf(meanEffect({ ...zero, mean: 1e308 }, { ...zero, mean: -1e308 }))).toBe("infinite");
  expect(reasonOf(proportionEffect({ successes: 0, trials: 1 }, { successes: 0, trials: 5 }))).toBe("too-few");
  expect(reasonOf(proportionEffect({ successes: 0, trials: 9 }, { successes: 9, trials: 9 }))).toBe("constant");
  const pair = { n: 9, meanX: 1, meanY: 0, varianceX: 1, varianceY: 1, covariance: 0 };
  expect(reasonOf(ratioMetric(pair))).toBe("zero-denominator");
  expect(reasonOf(cupedEffect(pair, pair, { effect: "relative" }))).toBe("zero-denominator");
  const exact = { n: 9, meanX: 1, meanY: 1, varianceX: 1, varianceY: 1, covariance: 1 };
  expect(reasonOf(cupedEffect(exact, exact))).toBe("constant");
  for (const bad of [
    () => meanEffect({ ...zero, n: 1 }, zero),
    () => meanEffect({ ...zero, variance: -1 }, zero),
    () => meanEffect({ ...zero, mean: Number.NaN }, zero),
    () => meanEffect(zero, zero, { confidence: 1 }),
    () => meanEffect(zero, zero, { effect: "percent" as "relative" }),
    () => meanEffect(zero, zero, { alternative: "larger" as "greater" }),
    () => proportionEffect({ successes: 3, trials: 2 }, { successes: 1, trials: 2 }),
    () => ratioMetric({ ...pair, covariance: 2 }),
    () => cupedEffect({ ...pair, n: 2.5 }, pair),
  ]) {
    expect(bad).toThrowError(/argument\/invalid/);
  }
});

test("a relative effect without an error is no certainty", () => {
  const control = { n: 100, meanX: 1, meanY: 5, varianceX: 1, varianceY: 1, covariance: 0 };
  const silent = { ...control, meanY: 0, varianceY: 0 };
  expect(reasonOf(cupedEffect(control, silent, { effect: "relative" }))).toBe("constant");
});

test("moments whose effect leaves the doubles are no bad arguments", () => {
  const treatment = { n: 2, mean: 1, variance: 1 };
  for (const [mean, variance] of [
    [1e-310, 0],
    [1e-200, 1],
  ] as const)
    expect(reasonOf(meanEffect({ n: 2, mean, variance }, treatment, { effect: "relative" }))).toBe("infinite");
  const exact = computed(meanEffect({ n: 2, mean: 1e-200, variance: 0 }, treatment, { effect: "relative" }));
  expect(exact.value).toBeCloseTo(1e200, -190);
  const huge = { n: 100, meanX: 1, meanY: 5, varianceX: 1e307, varianceY: 1e307, covariance: 1e306 };
  expect(reasonOf(cupedEffect(huge, huge))).toBe("infinite");
});

test("pairs in one proportion do not vary, though rounding leaves something", () => {
  const random = seededRandom("proportional");
  for (let run = 0; run < 300; run++) {
    const factor = random.normal() * 10 ** random.int(6);
    const offset = random.int(2) === 0 ? 0 : 1e6;
    const ys = Float64Array.from({ length: 2 + random.int(40) }, () => offset + 10 * random.next());
    const pairs = computed(
      pairMoments(
        ys.map((y) => factor * y),
        ys,
      ),
    );
    expect(reasonOf(ratioMetric(pairs))).toBe("constant");
    const other = computed(
      pairMoments(
        ys,
        ys.map((y) => factor * y),
      ),
    );
    expect(reasonOf(cupedEffect(other, other))).toBe("constant");
    // A little noise is an error.
    const noisy = computed(
      pairMoments(
        ys.map((y) => factor * (y + 1e-4 * random.normal())),
        ys,
      ),
    );
    expect(computed(ratioMetric(noisy)).standardError).toBeGreaterThan(0);
  }
  expect(reasonOf(ratioMetric(computed(pairMoments([1, 2, 3], [3, 6, 9]))))).toBe("constant");
});
