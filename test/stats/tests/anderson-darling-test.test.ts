import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { andersonDarlingTest } from "../../../src/stats/tests/anderson-darling-test.ts";
import { computed, reasonOf } from "../computed.ts";
import { goldenCase, sampleOf } from "../golden.ts";
import { relativeError } from "../relative-error.ts";
import { alarmRate, expectLevel, normals } from "./null-rate.ts";

test("P20 equals scipy", () => {
  const { inputs, expected } = goldenCase("P20");
  const result = computed(andersonDarlingTest([sampleOf(inputs["x"]), sampleOf(inputs["y"])]));
  expect(relativeError(result.statistic, expected["A2"] as number)).toBeLessThan(1e-11);
  expect(relativeError(result.pValue, expected["p"] as number)).toBeLessThan(1e-11);
  expect(result.pValueBound).toBeUndefined();
});

test("the example of Scholz and Stephens: smoothness of paper from four laboratories", () => {
  const laboratories = [
    [38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0],
    [39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8],
    [34.0, 35.0, 39.0, 40.0, 43.0, 43.0, 44.0, 45.0],
    [34.0, 34.8, 34.8, 35.4, 37.2, 37.8, 41.2, 42.8],
  ];
  const right = computed(andersonDarlingTest(laboratories, { midrank: false }));
  const midrank = computed(andersonDarlingTest(laboratories));
  // they print 4.449 and 4.480, with p = 0.0023 and 0.0022 after interpolating the logits
  expect(right.statistic).toBeCloseTo(4.449, 3);
  expect(midrank.statistic).toBeCloseTo(4.48, 3);
  expect(right.pValue).toBeCloseTo(0.0021, 3);
  const drawn = computed(andersonDarlingTest(laboratories, { random: seededRandom(3), permutations: 4999 }));
  expect(Math.abs(drawn.pValue - 0.0022)).toBeLessThan(4 * 0.0007);
});

test("beyond the table the p-value is a bound, and permutations give a value", () => {
  const x = Array.from({ length: 30 }, (_, i) => i);
  const far = x.map((v) => v + 30);
  const same = x.map((v) => v + 0.5);
  expect(computed(andersonDarlingTest([x, far]))).toMatchObject({ pValue: 0.001, pValueBound: "at-most" });
  expect(computed(andersonDarlingTest([x, same]))).toMatchObject({ pValue: 0.25, pValueBound: "at-least" });
  const drawn = computed(andersonDarlingTest([x, same], { random: seededRandom(1), permutations: 199 }));
  expect(drawn.pValue).toBeGreaterThan(0.9);
  expect(drawn.pValueBound).toBeUndefined();
  const again = computed(andersonDarlingTest([x, far], { random: seededRandom(1), permutations: 199 }));
  expect(again).toMatchObject({ pValue: 1 / 200, method: "permutation", permutations: 199 });
});

test("does not depend on order, on a monotone change of the values, nor on which sample is first", () => {
  const sample = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 2, maxLength: 4 }), fc.boolean(), (samples, midrank) => {
      const direct = andersonDarlingTest(samples, { midrank });
      fc.pre(reasonOf(direct) === undefined);
      const found = computed(direct);
      const turned = computed(andersonDarlingTest(samples.map((each) => [...each].reverse()).reverse(), { midrank }));
      const warped = andersonDarlingTest(
        samples.map((each) => each.map((v) => v ** 3)),
        { midrank },
      );
      expect(Math.abs(turned.statistic - found.statistic)).toBeLessThan(1e-11);
      expect(warped).toEqual(found);
      expect(Number.isFinite(found.statistic)).toBe(true);
    }),
    { seed: 6 },
  );
});

test("alarms at its level without a shift, and sees a change of the tails", () => {
  const three = (random: ReturnType<typeof seededRandom>): Float64Array[] =>
    [15, 20, 12].map((n) => normals(random, n));
  expectLevel(
    alarmRate(2000, 0.05, (random) => andersonDarlingTest(three(random))),
    2000,
    0.05,
  );
  const scores = (random: ReturnType<typeof seededRandom>, n: number): Float64Array =>
    Float64Array.from({ length: n }, () => random.int(4));
  const permuted = alarmRate(1000, 0.1, (random) =>
    andersonDarlingTest([scores(random, 12), scores(random, 6)], { random, permutations: 99 }),
  );
  expectLevel(permuted, 1000, 0.1);
  const wide = alarmRate(200, 0.05, (random) =>
    andersonDarlingTest([normals(random, 150), normals(random, 150).map((v) => 1.7 * v)]),
  );
  expect(wide).toBeGreaterThan(0.9);
});

test("inputs without an answer say why, and wrong arguments are refused", () => {
  expect(reasonOf(andersonDarlingTest([[1, 2, 3, 4], []]))).toBe("empty");
  expect(reasonOf(andersonDarlingTest([[1, 2, 3, 4], [Number.NaN]]))).toBe("nan");
  expect(
    reasonOf(
      andersonDarlingTest([
        [2, 2],
        [2, 2, 2],
      ]),
    ),
  ).toBe("constant");
  expect(reasonOf(andersonDarlingTest([[1, 2], [3]]))).toBe("too-few");
  expect(reasonOf(andersonDarlingTest([[1], [2], [3], [4]]))).toBe("too-few");
  expect(
    Number.isFinite(
      computed(
        andersonDarlingTest([
          [1e308, -1e308, Infinity],
          [0, 5],
        ]),
      ).statistic,
    ),
  ).toBe(true);
  expect(() => andersonDarlingTest([[1, 2, 3]])).toThrowError(/argument\/invalid/);
  expect(() =>
    andersonDarlingTest(
      [
        [1, 2],
        [3, 4],
      ],
      { permutations: 99 },
    ),
  ).toThrowError(/argument\/invalid/);
  const random = seededRandom(1);
  expect(() =>
    andersonDarlingTest(
      [
        [1, 2],
        [3, 4],
      ],
      { random, permutations: 1e15 },
    ),
  ).toThrowError(/argument\/invalid/);
});
