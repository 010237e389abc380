import fc from "fast-check";
import { expect, test } from "vitest";
import { quantileOfSorted } from "../../src/stats/quantile.ts";
import { computed, reasonOf } from "./computed.ts";

test("quantiles equal numpy's default (numpy 2.4.6)", () => {
  const sorted = [0.1, 0.7, 1.3, 4, 9.5, 11, 200];
  const expected: readonly (readonly [number, number])[] = [
    [0, 0.1],
    [0.1, 0.45999999999999996],
    [0.25, 1],
    [0.5, 4],
    [0.61, 7.63],
    [0.75, 10.25],
    [0.99, 188.66],
    [1, 200],
  ];
  for (const [p, value] of expected) expect(computed(quantileOfSorted(sorted, p))).toBeCloseTo(value, 12);
  expect(quantileOfSorted([3], 0.3)).toBe(3);
});

test("quantiles are monotone, within the sample, and order statistics at k/(n − 1)", () => {
  const sorted = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 40 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(sorted, share, share, (values, one, other) => {
      const ascending = Float64Array.from(values).sort();
      const low = computed(quantileOfSorted(ascending, Math.min(one, other)));
      const high = computed(quantileOfSorted(ascending, Math.max(one, other)));
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(ascending[0] as number);
      expect(high).toBeLessThanOrEqual(ascending[ascending.length - 1] as number);
      expect(quantileOfSorted(ascending, 1)).toBe(ascending[ascending.length - 1]);
    }),
    { seed: 1 },
  );
});

test("no quantile: empty, NaN, between the infinities; p outside [0, 1] is refused", () => {
  expect(reasonOf(quantileOfSorted([], 0.5))).toBe("empty");
  expect(reasonOf(quantileOfSorted(Float64Array.of(1, Number.NaN), 0.5))).toBe("nan");
  expect(reasonOf(quantileOfSorted([-Infinity, Infinity], 0.5))).toBe("infinite");
  expect(quantileOfSorted([-Infinity, 1, Infinity], 0.5)).toBe(1);
  expect(quantileOfSorted([-Number.MAX_VALUE, Number.MAX_VALUE], 0.5)).toBe(0);
  for (const p of [-0.1, 1.1, Number.NaN]) expect(() => quantileOfSorted([1], p)).toThrowError(/argument\/invalid/);
});
