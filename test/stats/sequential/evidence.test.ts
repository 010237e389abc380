import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { proportionLogE } from "../../../src/stats/sequential/proportion-log-e.ts";
import { sampleRatioLogE } from "../../../src/stats/sequential/sample-ratio-log-e.ts";

test("the e-values are martingales: their mean under the null is 1", () => {
  const logFactorial = (n: number): number =>
    Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0);
  const n = 30;
  const expected = (limit: number, logE: (k: number) => number): number => {
    let sum = 0;
    for (let k = 0; k <= n; k++) {
      const logPmf =
        logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(limit) + (n - k) * Math.log(1 - limit);
      sum += Math.exp(logPmf + logE(k));
    }
    return sum;
  };
  for (const limit of [0.02, 0.3, 0.5, 0.9]) {
    for (const alternative of ["greater", "less", "two-sided"] as const) {
      expect(
        expected(limit, (successes) => proportionLogE({ successes, trials: n }, { limit, alternative })),
      ).toBeCloseTo(1, 9);
    }
    expect(expected(limit, (k) => sampleRatioLogE([k, n - k], [limit, 1 - limit]))).toBeCloseTo(1, 9);
  }
});

test("sample-ratio mismatch: held under peeking, found when real, sure when impossible", () => {
  const random = seededRandom("srm");
  const alarms = (share: number): number => {
    let alarmed = 0;
    for (let run = 0; run < 200; run++) {
      let first = 0;
      for (let unit = 1; unit <= 8000; unit++) {
        if (random.next() < share) first++;
        if (unit % 100 === 0 && sampleRatioLogE([first, unit - first], [0.5, 0.5]) >= Math.log(20)) {
          alarmed++;
          break;
        }
      }
    }
    return alarmed / 200;
  };
  expect(alarms(0.5)).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt(0.0475 / 200));
  expect(alarms(0.53)).toBeGreaterThan(0.9);
  expect(sampleRatioLogE([5, 1], [1, 0])).toBe(Number.POSITIVE_INFINITY);
  expect(sampleRatioLogE([0, 0, 0], [0.5, 0.3, 0.2])).toBe(0);
  expect(() => sampleRatioLogE([1, 2], [0.5, 0.5], { concentration: 0 })).toThrowError(/argument\/invalid/);
  expect(() => sampleRatioLogE([1, 2.5], [0.5, 0.5])).toThrowError(/argument\/invalid/);
  expect(() => sampleRatioLogE([1, 2], [Number.NaN, 0.5])).toThrowError(/argument\/invalid/);
  expect(() => sampleRatioLogE([1, 2], [0.5, 0.4])).toThrowError(/argument\/invalid/);
  expect(() => sampleRatioLogE([1], [0.5, 0.5])).toThrowError(/argument\/invalid/);
});
