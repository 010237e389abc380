import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { meanDetectableDifference, meanPower, meanSampleSize } from "../../../src/stats/power/mean-power.ts";
import {
  proportionDetectableDifference,
  proportionPower,
  proportionSampleSize,
} from "../../../src/stats/power/proportion-power.ts";
import { welchTest } from "../../../src/stats/tests/welch-test.ts";
import { computed, reasonOf } from "../computed.ts";

test("published sizes", () => {
  // Cohen 1988, table 2.4.1: d = 0.2, 0.5, 0.8 at α = .05 and power .80, two-sided.
  for (const [d, n] of [
    [0.2, 394],
    [0.5, 64],
    [0.8, 26],
  ] as const) {
    const size = meanSampleSize({ difference: d, standardDeviation: 1 });
    expect(Math.abs(size.n - n)).toBeLessThanOrEqual(1);
  }
  // R's help of power.prop.test: p1 = .50, p2 = .75, power .90 needs 76.7 an arm.
  expect(proportionSampleSize({ control: 0.5, treatment: 0.75 }, { power: 0.9 }).n).toBe(77);
});

test("a size is the smallest that has the power, and the detectable difference is its mirror", () => {
  for (const alternative of ["two-sided", "greater", "less"] as const) {
    const sign = alternative === "less" ? -1 : 1;
    const options = { alternative, power: 0.9, alpha: 0.01 } as const;
    const design = { difference: sign * 0.3, standardDeviation: 2 };
    const { n, m, power } = meanSampleSize(design, { ...options, ratio: 0.5 });
    expect(m).toBe(Math.ceil(n / 2));
    expect(power).toBeGreaterThanOrEqual(0.9);
    expect(meanPower({ ...design, n: n - 1, m: Math.ceil((n - 1) / 2) }, options)).toBeLessThan(0.9);
    const smallest = meanDetectableDifference({ standardDeviation: 2, n, m }, options);
    expect(Math.abs(smallest)).toBeLessThanOrEqual(0.3);
    expect(meanPower({ ...design, difference: smallest, n, m }, options)).toBeCloseTo(0.9, 9);
    const proportion = { control: 0.2, treatment: 0.2 + sign * 0.03 };
    const size = proportionSampleSize(proportion, options);
    expect(proportionPower({ ...proportion, n: size.n - 1, m: size.m - 1 }, options)).toBeLessThan(0.9);
    const found = computed(proportionDetectableDifference({ control: 0.2, n: size.n, m: size.m }, options));
    expect(Math.sign(found)).toBe(sign);
    expect(Math.abs(found)).toBeLessThanOrEqual(0.03);
  }
});

test("the power is what a simulation finds", () => {
  const random = seededRandom("power");
  const runs = 1500;
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const rows = (shift: number) => Float64Array.from({ length: 25 }, () => shift + random.normal());
    if (computed(welchTest(rows(0.8), rows(0))).pValue <= 0.05) found++;
  }
  const power = meanPower({ difference: 0.8, standardDeviation: 1, n: 25, m: 25 });
  expect(Math.abs(found / runs - power)).toBeLessThan(4 * Math.sqrt((power * (1 - power)) / runs));
});

test("without a difference the power is the false-alarm rate", () => {
  expect(meanPower({ difference: 0, standardDeviation: 1, n: 30, m: 9 }, { alpha: 0.03 })).toBeCloseTo(0.03, 12);
  expect(proportionPower({ control: 0.4, treatment: 0.4, n: 30, m: 9 }, { alpha: 0.03 })).toBeCloseTo(0.03, 12);
});

test("what cannot be found says so", () => {
  expect(reasonOf(proportionDetectableDifference({ control: 0.5, n: 3, m: 3 }))).toBe("too-few");
  for (const bad of [
    () => meanSampleSize({ difference: 0, standardDeviation: 1 }),
    () => meanSampleSize({ difference: 1, standardDeviation: 1 }, { alternative: "less" }),
    () => meanSampleSize({ difference: 1, standardDeviation: 0 }),
    () => meanSampleSize({ difference: 1, standardDeviation: 1 }, { power: 0.01 }),
    () => meanPower({ difference: 1, standardDeviation: 1, n: 1, m: 5 }),
    () => meanPower({ difference: Number.NaN, standardDeviation: 1, n: 4, m: 5 }),
    () => proportionSampleSize({ control: 0.2, treatment: 0.2 }),
    () => proportionSampleSize({ control: 0, treatment: 0.2 }),
    () => proportionPower({ control: 0.1, treatment: 0.2, n: 0, m: 3 }),
  ]) {
    expect(bad).toThrowError(/argument\/invalid/);
  }
});

test("designs beyond the doubles are refused", () => {
  expect(() => meanDetectableDifference({ standardDeviation: 1e308, n: 2, m: 2 })).toThrowError(/argument\/invalid/);
  const huge = (): unknown => meanSampleSize({ difference: 1, standardDeviation: 1 }, { ratio: 1e308 });
  expect(huge).toThrowError(/rows of the treatment/);
});

test("the power of a test that nearly always alarms is nearly 1", () => {
  const options = { alpha: 1 - 1e-16 };
  expect(meanPower({ difference: 1, standardDeviation: 1, n: 9, m: 9 }, options)).toBeCloseTo(1, 12);
  expect(proportionPower({ control: 0.4, treatment: 0.5, n: 9, m: 9 }, options)).toBeCloseTo(1, 12);
});
