import { expect, test } from "vitest";
import { checkSample, checkSorted } from "../../src/stats/check-sample.ts";
import { compareSorted } from "../../src/stats/distances/compare-samples.ts";
import { energyDistanceSorted } from "../../src/stats/distances/energy-distance.ts";
import { wassersteinSorted } from "../../src/stats/distances/wasserstein.ts";
import { ksTest, ksTestSorted } from "../../src/stats/tests/ks-test.ts";
import { welchTest } from "../../src/stats/tests/welch-test.ts";
import { reasonOf } from "./computed.ts";

const texts: readonly number[] = JSON.parse('["1", "2", "3"]');
const mixed: readonly number[] = JSON.parse('[1, "a", 3]');

test("a sample of numbers passes; empty, NaN and infinite ones are told with their place", () => {
  expect(checkSample("first", [1, 2], true)).toBeUndefined();
  expect(checkSample("first", [1, Infinity], false)).toBeUndefined();
  expect(checkSample("first", [], true)).toMatchObject({ notComputable: "empty" });
  expect(checkSample("first", [1, Number.NaN], true)).toMatchObject({
    notComputable: "nan",
    detail: expect.stringMatching(/index 1/),
  });
  expect(checkSample("first", [1, -Infinity], true)).toMatchObject({ notComputable: "infinite" });
});

test("what is no array of numbers is refused, not taken for infinite or empty", () => {
  for (const given of [texts, mixed, null, undefined, 7, "123", {}, [null]]) {
    expect(() => checkSample("first", given as readonly number[], true)).toThrowError(/expected an array of numbers/);
    expect(() => ksTest(given as readonly number[], [1, 2])).toThrowError(/argument\/invalid|array of numbers/);
  }
  expect(() => welchTest(texts, [1, 2, 3])).toThrowError(/string 1 at index 0/);
});

test("NaN among sorted values ends in a reason, not in an endless loop or a number", () => {
  const bad = [1, 2, Number.NaN];
  for (const [x, y] of [
    [bad, [1, 2, 3]],
    [[1, 2, 3], bad],
  ] as const) {
    for (const alternative of ["two-sided", "less", "greater"] as const) {
      expect(reasonOf(ksTestSorted(x, y, { alternative }))).toBe("nan");
    }
    expect(reasonOf(wassersteinSorted(x, y))).toBe("nan");
    expect(reasonOf(energyDistanceSorted(x, y))).toBe("nan");
    expect(reasonOf(compareSorted(x, y))).toBe("nan");
  }
  expect(reasonOf(energyDistanceSorted([1, Infinity], [1, 2]))).toBe("infinite");
  expect(reasonOf(energyDistanceSorted([], [1, 2]))).toBe("empty");
  expect(checkSorted("first", [-Infinity, 1], true)).toMatchObject({ notComputable: "infinite" });
  // Unsorted NaN is the caller's fault, and still no endless loop.
  const unsorted = [1, Number.NaN, 3];
  expect(ksTestSorted(unsorted, [1, 2, 3], { alternative: "less" })).toHaveProperty("pValue");
  expect(ksTestSorted(unsorted, [1, 2, 3])).toHaveProperty("pValue");
});
