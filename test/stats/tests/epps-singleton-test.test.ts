import fc from "fast-check";
import { expect, test } from "vitest";
import { eppsSingletonTest } from "../../../src/stats/tests/epps-singleton-test.ts";
import { symmetricEigen } from "../../../src/stats/tests/symmetric-eigen.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";
import { alarmRate, expectLevel, normals } from "./null-rate.ts";

test("two small samples, as scipy 1.17 has them", () => {
  const x = [-0.35, 2.55, 1.73, 0.73, 0.35, 2.69, 0.46, -0.94, -0.37, 12.07];
  const y = [-1.15, -0.15, 2.48, 3.25, 3.71, 4.29, 5.0, 7.74, 8.38, 8.6];
  const result = computed(eppsSingletonTest(x, y));
  expect(relativeError(result.statistic, 15.163072195549717)).toBeLessThan(1e-11);
  expect(relativeError(result.pValue, 0.004374674473820629)).toBeLessThan(1e-11);
  expect(result.dof).toBe(4);
});

test("few values make the covariance singular: fewer degrees of freedom", () => {
  const two = (n: number, every: number): number[] => Array.from({ length: n }, (_, i) => (i % every === 0 ? 1 : 0));
  const result = computed(eppsSingletonTest(two(60, 2), two(60, 3)));
  expect(result.dof).toBe(1);
  // with two values it is the squared difference of the shares over its variance
  const z2 = (0.5 - 1 / 3) ** 2 / ((0.25 + 2 / 9) / 60);
  expect(relativeError(result.statistic, z2)).toBeLessThan(1e-11);
});

test("is the same after moving and stretching, and after swapping", () => {
  const value = fc.integer({ min: -10_000, max: 10_000 }).map((v) => v / 1000);
  const sample = fc.array(value, { minLength: 20, maxLength: 40 });
  fc.assert(
    fc.property(sample, sample, fc.integer({ min: -20, max: 20 }), (x, y, power) => {
      const direct = eppsSingletonTest(x, y);
      fc.pre(reasonOf(direct) === undefined);
      const { statistic, dof, pValue } = computed(direct);
      const stretched = computed(
        eppsSingletonTest(
          x.map((v) => v * 2 ** power),
          y.map((v) => v * 2 ** power),
        ),
      );
      expect(stretched.statistic).toBe(statistic);
      expect(pValue).toBeGreaterThanOrEqual(0);
      expect(dof).toBeLessThanOrEqual(4);
    }),
    { seed: 7 },
  );
  const calm = Array.from({ length: 50 }, (_, i) => Math.sin(i) * 3);
  const other = Array.from({ length: 60 }, (_, i) => Math.cos(i * 1.7) * 4);
  const near = computed(eppsSingletonTest(calm, other));
  const later = (v: number): number => v + 2 ** 40;
  const far = computed(eppsSingletonTest(calm.map(later), other.map(later)));
  expect(relativeError(far.statistic, near.statistic)).toBeLessThan(2e-3); // 12 bits of the values are left
  expect(relativeError(computed(eppsSingletonTest(other, calm)).statistic, near.statistic)).toBeLessThan(1e-11);
});

test("alarms at its level without a shift, and sees a change of spread", () => {
  // the correction for small samples is conservative, and 40 rows are a little liberal: 0.06 is known (Goerg and Kaiser 2009)
  const small = alarmRate(2000, 0.05, (random) => eppsSingletonTest(normals(random, 15), normals(random, 20)));
  expectLevel(small, 2000, 0.05);
  const large = alarmRate(1000, 0.05, (random) => eppsSingletonTest(normals(random, 300), normals(random, 200)));
  expectLevel(large, 1000, 0.05);
  const found = alarmRate(200, 0.05, (random) =>
    eppsSingletonTest(
      normals(random, 100),
      normals(random, 100).map((v) => 2 * v),
    ),
  );
  expect(found).toBeGreaterThan(0.95);
});

test("eigenvectors diagonalize", () => {
  const entry = fc.double({ min: -5, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 25, maxLength: 25 }), (entries) => {
      const size = 5;
      const matrix = entries.map((_, at) => {
        const [i, j] = [Math.floor(at / size), at % size];
        return entries[Math.min(i, j) * size + Math.max(i, j)] as number;
      });
      const { values, vectors } = symmetricEigen(matrix, size);
      for (let at = 0; at < 25; at++) {
        const [i, j] = [Math.floor(at / size), at % size];
        let rebuilt = 0;
        for (let k = 0; k < size; k++) {
          rebuilt += (vectors[i * size + k] as number) * (values[k] as number) * (vectors[j * size + k] as number);
        }
        expect(Math.abs(rebuilt - (matrix[at] as number))).toBeLessThan(1e-13);
      }
    }),
    { seed: 8 },
  );
});

test("inputs without an answer say why, and wrong options are refused", () => {
  const five = [1, 2, 3, 4, 5];
  expect(reasonOf(eppsSingletonTest([], five))).toBe("empty");
  expect(reasonOf(eppsSingletonTest([1, 2, 3, 4], five))).toBe("too-few");
  expect(reasonOf(eppsSingletonTest([1, 2, 3, 4, Infinity], five))).toBe("infinite");
  expect(reasonOf(eppsSingletonTest([1, 2, 3, 4, Number.NaN], five))).toBe("nan");
  expect(reasonOf(eppsSingletonTest([7, 7, 7, 7, 7], [7, 7, 7, 7, 9]))).toBe("constant");
  expect(reasonOf(eppsSingletonTest([7, 7, 7, 7, 7], [9, 9, 9, 9, 9]))).toBe("constant");
  expect(reasonOf(eppsSingletonTest([...five, 1e300], five))).toBe("out-of-range");
  for (const scale of [5e-324, 1e-310, 1e300, 3e307]) {
    const scaled = five.map((v) => v * scale);
    const result = eppsSingletonTest(scaled, [...scaled.map((v) => -v), scale]);
    expect(Number.isFinite(computed(result).statistic)).toBe(true);
  }
  expect(() => eppsSingletonTest(five, five, { t: [] })).toThrowError(/argument\/invalid/);
  expect(() => eppsSingletonTest(five, five, { t: [0.4, -1] })).toThrowError(/argument\/invalid/);
  expect(() => eppsSingletonTest(five, five, { t: new Array<number>(100).fill(1) })).toThrowError(/argument\/invalid/);
});
