import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { explicitBins, quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import type { NumericBins } from "../../../src/stats/binning/reference-bins.ts";
import { wasserstein } from "../../../src/stats/distances/wasserstein.ts";
import { decideBracket } from "../../../src/stats/profile/decide-bracket.ts";
import { ksBracket } from "../../../src/stats/profile/ks-bracket.ts";
import { NumericProfile } from "../../../src/stats/profile/numeric-profile.ts";
import { wassersteinBracket } from "../../../src/stats/profile/wasserstein-bracket.ts";
import { ksTest } from "../../../src/stats/tests/ks-test.ts";
import { computed, reasonOf } from "../computed.ts";

const random = seededRandom("brackets");

function profileOf(bins: NumericBins, values: readonly number[]): NumericProfile {
  const profile = new NumericProfile(bins, { moments: false });
  profile.addAll({ values });
  return profile;
}

const shapes: Readonly<Record<string, (shift: number) => number>> = {
  normal: (shift) => random.normal() + shift,
  lognormal: (shift) => Math.exp(random.normal() * 2 + shift),
  tied: (shift) => Math.round(random.normal() * 3 + 5 * shift),
  "zeros and a tail": (shift) => (random.next() < 0.5 ? 0 : Math.abs(random.normal()) + shift),
  "out of range": (shift) => random.normal() * (1 + 10 * Math.abs(shift)) + 20 * shift,
  "far apart": (shift) => (random.next() < 0.5 + shift / 4 ? 1e12 : 0) + random.next(),
};

test.each(Object.keys(shapes))("the true distances lie in their brackets: %s", (name) => {
  const shape = shapes[name] as (shift: number) => number;
  for (let round = 0; round < 150; round++) {
    const shift = [0, 0.05, 0.5, -1][random.int(4)] as number;
    const x = Array.from({ length: 1 + random.int(300) }, () => shape(0));
    const y = Array.from({ length: 1 + random.int(300) }, () => shape(shift));
    const frozen = random.int(2) === 0 ? x : Array.from({ length: 50 }, () => shape(0));
    const bins = computed(quantileBins({ values: frozen }, { bins: [1, 4, 16, 256][random.int(4)] as number }));
    const reference = profileOf(bins, x);
    const current = profileOf(bins, y);
    const d = computed(ksTest(x, y)).statistic;
    const ks = computed(ksBracket(reference, current));
    expect(ks.lower).toBeLessThanOrEqual(d);
    expect(ks.upper).toBeGreaterThanOrEqual(d);
    expect([ks.n, ks.m]).toEqual([x.length, y.length]);
    const w = computed(wasserstein(x, y)).value;
    const moved = computed(wassersteinBracket(reference, current));
    expect(moved.lower).toBeLessThanOrEqual(w * (1 + 1e-12));
    expect(moved.upper).toBeGreaterThanOrEqual(w * (1 - 1e-12));
  }
});

test("over bins of one distinct value each the brackets are the distances, unknown extremes included", () => {
  for (let round = 0; round < 100; round++) {
    const draw = (spread: number): number[] => Array.from({ length: 1 + random.int(60) }, () => random.int(spread));
    const x = draw(8);
    const y = draw(round % 2 === 0 ? 8 : 6);
    const bins = computed(quantileBins({ values: [0, 1, 2, 3, 4, 5, 6, 7] }, { bins: 256 }));
    expect(bins.rule).toBe("distinct");
    const d = computed(ksTest(x, y)).statistic;
    expect(ksBracket(profileOf(bins, x), profileOf(bins, y))).toEqual({
      metric: "ksD",
      lower: d,
      upper: d,
      n: x.length,
      m: y.length,
    });
    const w = computed(wasserstein(x, y)).value;
    const moved = computed(wassersteinBracket(profileOf(bins, x), profileOf(bins, y)));
    expect(moved.value).toBeCloseTo(w, 12);
    expect(moved.error).toBeLessThan(1e-12);
  }
  const own = [1, 2, 3, 4];
  const bins = computed(quantileBins({ values: own }));
  const beyond = [-5, 2, 2, 9, 11, Infinity];
  const d = computed(ksTest(own, beyond)).statistic;
  const found = computed(ksBracket(profileOf(bins, own), profileOf(bins, beyond)));
  expect([found.lower, found.upper]).toEqual([d, d]);
});

test("golden: a bracket worked out by hand", () => {
  // Bins [0, 1], (1, 2]; F has a half in each, G a quarter below, nothing, a half, a quarter above.
  const bins = explicitBins([0, 1, 2], { values: [] });
  const reference = profileOf(bins, [0.5, 1.5]);
  const current = profileOf(bins, [-1, 1.2, 1.3, 3]);
  // Edges: |0 − 1/4|, |1/2 − 1/4|, |1 − 3/4|; inside (1, 2]: F′ − G = 1 − 1/4, G′ − F = 3/4 − 1/2.
  expect(ksBracket(reference, current)).toEqual({ metric: "ksD", lower: 0.25, upper: 0.75, n: 2, m: 4 });
  // Ends of F: 0.5 and 1.5, so its middles are 0.75 and 1.25; of G: −1 (half way to 0), 1.5, 2.5.
  const moved = computed(wassersteinBracket(reference, current));
  const byHand = 1.25 * 0.25 + (1.25 - 0.75) * 0.25 + 0.25 * 0.75 + 1 * 0.25;
  expect(moved.value).toBeCloseTo(byHand, 14);
  expect(moved.error).toBeCloseTo((0.25 + 0.25) / 2 + (0.5 * 1 + 0.5 * 2 + 0.5 * 1) / 4, 12);
});

test("three answers to a critical value", () => {
  const bracket = { lower: 0.1, upper: 0.2 };
  expect(decideBracket(bracket, 0.1)).toBe("drift");
  expect(decideBracket(bracket, 0.15)).toBe("undecided");
  expect(decideBracket(bracket, 0.2)).toBe("undecided");
  expect(decideBracket(bracket, 0.21)).toBe("clear");
  expect(() => decideBracket(bracket, Number.NaN)).toThrowError(/argument\/invalid/);
});

test("what has no bracket says why", () => {
  const bins = computed(quantileBins({ values: [1, 2, 3] }));
  const some = profileOf(bins, [1, 2]);
  const none = profileOf(bins, [Number.NaN]);
  const endless = profileOf(bins, [1, Infinity]);
  const wide = profileOf(bins, [-Number.MAX_VALUE, Number.MAX_VALUE]);
  for (const bracket of [ksBracket, wassersteinBracket]) {
    expect(reasonOf(bracket(none, some))).toBe("empty");
    expect(reasonOf(bracket(some, none))).toBe("empty");
    const other = computed(quantileBins({ values: [1, 2, 4] }));
    expect(() => bracket(some, profileOf(other, [1]))).toThrowError(/argument\/invalid/);
  }
  expect(reasonOf(wassersteinBracket(some, endless))).toBe("infinite");
  expect(reasonOf(wassersteinBracket(some, wide))).toBe("out-of-range");
  expect(computed(ksBracket(some, endless)).upper).toBeLessThanOrEqual(1);
});
