import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { proportionConfidenceSequence } from "../../../src/stats/sequential/proportion-confidence-sequence.ts";
import { proportionLogE } from "../../../src/stats/sequential/proportion-log-e.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";

const priors = fc.record({
  a: fc.constantFrom(0.001, 0.5, 1, 3, 200, 1e6),
  b: fc.constantFrom(0.001, 0.5, 1, 3, 200, 1e6),
});
const counts = fc
  .tuple(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([trials, share]) => ({ successes: Math.round(share * trials), trials }));

test("one trial, by hand: the mean of the mixture over the limit", () => {
  const success = { successes: 1, trials: 1 };
  const failure = { successes: 0, trials: 1 };
  const prior = { a: 2, b: 6 };
  expect(relativeError(Math.exp(proportionLogE(success, { limit: 0.1, prior })), 0.25 / 0.1)).toBeLessThan(1e-13);
  expect(relativeError(Math.exp(proportionLogE(failure, { limit: 0.1, prior })), 0.75 / 0.9)).toBeLessThan(1e-13);
  const above = proportionLogE(success, { limit: 0.2, alternative: "greater" });
  expect(relativeError(Math.exp(above), 0.6 / 0.2)).toBeLessThan(1e-13);
  const below = proportionLogE(failure, { limit: 0.2, alternative: "less" });
  expect(relativeError(Math.exp(below), 0.9 / 0.8)).toBeLessThan(1e-13);
});

test("the e-value of each side is a martingale under any prior: its next value is, on average, the present one", () => {
  const sides = fc.constantFrom("two-sided", "greater", "less");
  const limits = fc.constantFrom(0.001, 0.02, 0.3, 0.5, 0.97);
  fc.assert(
    fc.property(counts, priors, sides, limits, ({ successes, trials }, prior, alternative, limit) => {
      const logE = (added: number): number =>
        proportionLogE({ successes: successes + added, trials: trials + 1 }, { limit, alternative, prior });
      const now = proportionLogE({ successes, trials }, { limit, alternative, prior });
      const next = limit * Math.exp(logE(1) - now) + (1 - limit) * Math.exp(logE(0) - now);
      expect(Math.abs(next - 1)).toBeLessThan(1e-7);
    }),
    { seed: 41 },
  );
});

test("mirrored counts, limits and priors give the same evidence", () => {
  fc.assert(
    fc.property(counts, priors, fc.constantFrom(0.125, 0.25, 0.5), ({ successes, trials }, prior, limit) => {
      const failures = trials - successes;
      const greater = proportionLogE({ successes, trials }, { limit, alternative: "greater", prior });
      const mirrored = { limit: 1 - limit, alternative: "less", prior: { a: prior.b, b: prior.a } } as const;
      const less = proportionLogE({ successes: failures, trials }, mirrored);
      expect(Math.abs(greater - less)).toBeLessThan(1e-9 * Math.max(1, Math.abs(greater)));
    }),
    { seed: 42 },
  );
});

test("rates on the wrong side give no evidence, on the claimed side they do", () => {
  const less = { limit: 0.02, alternative: "less" } as const;
  const greater = { limit: 0.02, alternative: "greater" } as const;
  expect(proportionLogE({ successes: 0, trials: 0 }, less)).toBe(0);
  expect(proportionLogE({ successes: 20_000, trials: 100_000 }, less)).toBeLessThan(-5);
  expect(proportionLogE({ successes: 20_000, trials: 100_000 }, greater)).toBeGreaterThan(1000);
  expect(proportionLogE({ successes: 20_000, trials: 100_000 }, { limit: 0.02 })).toBeGreaterThan(1000);
  expect(proportionLogE({ successes: 1000, trials: 100_000 }, less)).toBeGreaterThan(100);
});

test("the ends of the confidence sequence are where the e-value reaches 1/alpha, to 1e-11", () => {
  fc.assert(
    fc.property(counts, priors, fc.constantFrom(0.5, 0.9, 0.95, 0.999), (seen, prior, confidence) => {
      const found = computed(proportionConfidenceSequence(seen, { confidence, prior }));
      expect(found.lower).toBeLessThanOrEqual(found.value);
      expect(found.upper).toBeGreaterThanOrEqual(found.value);
      const needed = -Math.log(1 - confidence);
      for (const [end, outwards] of [
        [found.lower, 1 - 1e-11],
        [found.upper, 1 + 1e-11],
      ] as const) {
        if (end === 0 || end === 1 || end * outwards >= 1 || end < 1e-290) continue;
        const slack = 1e-9 * Math.max(1, needed);
        expect(proportionLogE(seen, { limit: end, prior })).toBeLessThan(needed + slack);
        expect(proportionLogE(seen, { limit: end * outwards, prior })).toBeGreaterThan(needed - slack);
      }
      expect(found.lower === 0).toBe(seen.successes === 0 || found.lower < 1e-290);
    }),
    { seed: 43 },
  );
});

test("without successes, or without failures, its end has a closed form under the uniform prior", () => {
  for (const n of [1, 10, 1e6, 1e15]) {
    const none = computed(proportionConfidenceSequence({ successes: 0, trials: n }));
    const upper = -Math.expm1(-Math.log(20 * (n + 1)) / n);
    expect(none.lower).toBe(0);
    expect(relativeError(none.upper, upper)).toBeLessThan(1e-12);
    const all = computed(proportionConfidenceSequence({ successes: n, trials: n }));
    expect(all.upper).toBe(1);
    expect(relativeError(all.lower, (20 * (n + 1)) ** (-1 / n))).toBeLessThan(1e-12);
  }
});

test("looked at again and again it holds 95%, and its one-sided tests hold 5%", () => {
  const random = seededRandom("proportion");
  const rate = 0.02;
  const alarms = { excluded: 0, greater: 0, less: 0 };
  const runs = 300;
  for (let run = 0; run < runs; run++) {
    const seen = { successes: 0, trials: 0 };
    const now = { excluded: false, greater: false, less: false };
    for (let trial = 1; trial <= 1500; trial++) {
      seen.trials++;
      if (random.next() < rate) seen.successes++;
      if (trial % 5 !== 0 || (trial % 25 !== 0 && trial > 200)) continue;
      const found = computed(proportionConfidenceSequence(seen, { prior: { a: 1, b: 20 } }));
      now.excluded ||= found.lower > rate || found.upper < rate;
      for (const alternative of ["greater", "less"] as const)
        now[alternative] ||= proportionLogE(seen, { limit: rate, alternative }) >= Math.log(20);
    }
    for (const kind of ["excluded", "greater", "less"] as const) alarms[kind] += now[kind] ? 1 : 0;
  }
  for (const kind of ["excluded", "greater", "less"] as const)
    expect(alarms[kind] / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt(0.0475 / runs));
});

test("impossible counts and options are refused; no trials are no interval", () => {
  const seen = { successes: 1, trials: 10 };
  expect(reasonOf(proportionConfidenceSequence({ successes: 0, trials: 0 }))).toBe("empty");
  for (const bad of [
    { successes: 2, trials: 1 },
    { successes: -1, trials: 1 },
    { successes: 0.5, trials: 1 },
    { successes: 0, trials: Number.NaN },
  ]) {
    expect(() => proportionLogE(bad, { limit: 0.5 })).toThrowError(/argument\/invalid/);
    expect(() => proportionConfidenceSequence(bad)).toThrowError(/argument\/invalid/);
  }
  for (const limit of [0, 1, Number.NaN])
    expect(() => proportionLogE(seen, { limit })).toThrowError(/argument\/invalid/);
  expect(() => proportionLogE(seen, { limit: 0.5, alternative: "above" as "less" })).toThrowError(/argument\/invalid/);
  for (const prior of [
    { a: 0, b: 1 },
    { a: 1, b: Infinity },
    { a: Number.NaN, b: 1 },
  ]) {
    expect(() => proportionLogE(seen, { limit: 0.5, prior })).toThrowError(/argument\/invalid/);
    expect(() => proportionConfidenceSequence(seen, { prior })).toThrowError(/argument\/invalid/);
  }
  expect(() => proportionConfidenceSequence(seen, { confidence: 1 })).toThrowError(/argument\/invalid/);
});
