import fc from "fast-check";
import { expect, test } from "vitest";
import * as means from "../../../../src/stats/quality/regression/mean-errors.ts";
import { maxError, medianAbsoluteError } from "../../../../src/stats/quality/regression/order-errors.ts";
import { adjustedRSquared, explainedVariance, rSquared } from "../../../../src/stats/quality/regression/r-squared.ts";
import { RegressionErrors } from "../../../../src/stats/quality/regression/regression-errors.ts";
import { regressionMetrics } from "../../../../src/stats/quality/regression/regression-metrics.ts";
import * as relative from "../../../../src/stats/quality/regression/relative-errors.ts";
import { huberLoss, pinballLoss } from "../../../../src/stats/quality/regression/robust-losses.ts";
import {
  gammaDeviance,
  poissonDeviance,
  tweedieDeviance,
} from "../../../../src/stats/quality/regression/tweedie-deviance.ts";
import { computed, reasonOf } from "../../computed.ts";
import { columns, wholeAndParts } from "../draws.ts";

const predicted = [2.5, 0, 2, 8];
const actual = [3, -0.5, 2, 7];
const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: -3, max: 3 }));
const pairs = fc.array(fc.tuple(value, value), { maxLength: 30 });

test("scikit-learn's own examples, predictions first", () => {
  expect(computed(means.meanAbsoluteError(predicted, actual)).value).toBe(0.5);
  expect(computed(means.meanSquaredError(predicted, actual)).value).toBe(0.375);
  expect(computed(means.meanBias(predicted, actual)).value).toBe(0.25);
  expect(computed(medianAbsoluteError(predicted, actual)).value).toBe(0.5);
  expect(computed(maxError([4, 2, 7, 1], [3, 2, 7, 1])).value).toBe(1);
  expect(computed(rSquared(predicted, actual)).value).toBeCloseTo(0.9486081370449679, 14);
  expect(computed(explainedVariance(predicted, actual)).value).toBeCloseTo(0.9571734475374732, 14);
  expect(computed(means.meanSquaredLogError([2.5, 5, 4, 8], [3, 5, 2.5, 7])).value).toBeCloseTo(
    0.03973012298459379,
    14,
  );
  expect(computed(relative.meanAbsolutePercentageError(predicted, actual)).value).toBeCloseTo(0.3273809523809524, 14);
  expect(computed(pinballLoss([0, 2, 3], [1, 2, 3], { quantile: 0.1 })).value).toBeCloseTo(0.1 / 3, 15);
  // mean_tweedie_deviance([2, 0, 1, 4], [0.5, 0.5, 2, 2], power=1)
  expect(computed(poissonDeviance([0.5, 0.5, 2, 2], [2, 0, 1, 4])).value).toBeCloseTo(1.4260151319598084, 13);
  expect(computed(poissonDeviance([1], [5e-324])).value).toBe(2);
  expect(computed(gammaDeviance([0.5, 0.5, 2, 2], [2, 0.5, 1, 4])).value).toBeCloseTo(1.0568528194400546, 13);
  expect(computed(huberLoss([0, 0], [1, 3], { delta: 1 })).value).toBe(1.5);
  expect(computed(adjustedRSquared(predicted, actual, { predictors: 1 })).value).toBeCloseTo(
    1 - (1 - 0.9486081370449679) * 1.5,
    13,
  );
});

test("a row of weight 2 is two rows, and the order of rows does not matter to the bit", () => {
  fc.assert(
    fc.property(pairs, (rows) => {
      fc.pre(rows.length > 1);
      const [p, a] = columns(rows);
      const weights = rows.map((_, i) => i % 3);
      const repeated = rows.flatMap((row, i) => Array.from({ length: i % 3 }, () => row));
      const [p2, a2] = columns(repeated);
      const weighted = regressionMetrics(p, a, { weights });
      const plain = regressionMetrics(p2, a2);
      for (const key of ["meanAbsoluteError", "medianAbsoluteError", "rSquared", "meanBias"] as const) {
        if (repeated.length < 2) continue;
        expect(reasonOf(weighted[key])).toBe(reasonOf(plain[key]));
        if (reasonOf(plain[key]) === undefined)
          expect(Math.abs((weighted[key] as number) - (plain[key] as number))).toBeLessThanOrEqual(
            1e-9 * (1 + Math.abs(plain[key] as number)),
          );
      }
      const turned = regressionMetrics([...p].reverse(), [...a].reverse());
      const whole = regressionMetrics(p, a);
      for (const [key, found] of Object.entries(turned))
        if (reasonOf(found) === undefined) expect([key, found]).toEqual([key, whole[key as keyof typeof whole]]);
    }),
    { seed: 31 },
  );
});

test("the stream says what the columns say, and parts merge to the bit", () => {
  fc.assert(
    fc.property(pairs, (rows) => {
      const [p, a] = columns(rows);
      const make = (part: readonly (readonly [number, number])[]): RegressionErrors => {
        const errors = new RegressionErrors();
        errors.addAll(...columns(part));
        return errors;
      };
      const [whole, merged] = wholeAndParts(rows, make, RegressionErrors.fromBytes);
      expect(merged.toBytes()).toEqual(whole.toBytes());
      expect(merged.summary()).toEqual(whole.summary());
      const bulk = regressionMetrics(p, a);
      for (const [key, found] of Object.entries(merged.summary())) {
        const expected = bulk[key as keyof typeof bulk];
        expect([key, reasonOf(found)]).toEqual([key, reasonOf(expected)]);
        if (reasonOf(found) === undefined)
          expect(Math.abs(found - Number(expected))).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(found)));
      }
    }),
    { seed: 32 },
  );
});

test("deviances of nearly right predictions keep their digits", () => {
  for (const power of [1, 1.5, 2, 3, -1]) {
    const found = computed(tweedieDeviance([1 + 1e-9], [1], { power })).value;
    expect(found / 1e-18).toBeCloseTo(1, 6);
  }
});

test("what has no value says why; misuse is refused; nothing is infinite", () => {
  expect(reasonOf(relative.meanAbsolutePercentageError([1], [0]))).toBe("zero-denominator");
  expect(reasonOf(relative.weightedAbsolutePercentageError([1], [0]))).toBe("zero-denominator");
  expect(computed(relative.symmetricMeanAbsolutePercentageError([0, 1], [0, 0])).value).toBe(1);
  expect(reasonOf(rSquared([1, 2], [0.1, 0.1]))).toBe("constant");
  expect(reasonOf(rSquared([1], [1]))).toBe("too-few");
  expect(reasonOf(adjustedRSquared(predicted, actual, { predictors: 3 }))).toBe("too-few");
  expect(reasonOf(means.meanSquaredLogError([1], [-1]))).toBe("out-of-range");
  expect(reasonOf(poissonDeviance([0], [1]))).toBe("out-of-range");
  expect(reasonOf(gammaDeviance([1], [0]))).toBe("out-of-range");
  expect(reasonOf(means.meanAbsoluteError([], []))).toBe("empty");
  expect(reasonOf(means.meanAbsoluteError([1], [Number.NaN]))).toBe("nan");
  expect(reasonOf(means.meanAbsoluteError([Infinity], [1]))).toBe("infinite");
  expect(reasonOf(means.meanAbsoluteError([1], [2], { weights: [0] }))).toBe("zero-denominator");
  const huge = regressionMetrics([1e308, 1], [-1e308, 2]);
  for (const each of Object.values(huge)) if (typeof each === "number") expect(Number.isFinite(each)).toBe(true);
  const stream = new RegressionErrors();
  stream.addAll([1e308, 1], [-1e308, 2]);
  for (const each of Object.values(stream.summary()))
    if (typeof each === "number") expect(Number.isFinite(each)).toBe(true);
  stream.add(Number.NaN, 1);
  expect(reasonOf(stream.summary().meanBias)).toBe("nan");
  expect(reasonOf(new RegressionErrors().summary().maxError)).toBe("empty");
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  refused(() => means.meanBias([1], [1, 2]));
  refused(() => pinballLoss([1], [1], {} as never));
  refused(() => huberLoss([1], [1], { delta: 0 }));
  refused(() => tweedieDeviance([1], [1], { power: 0.5 }));
  refused(() => tweedieDeviance([1], [1], undefined as never));
  refused(() => means.meanBias([1], [1], { weights: [Number.NaN] }));
  refused(() => RegressionErrors.fromBytes(new Uint8Array(3)));
});
