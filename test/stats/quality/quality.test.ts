import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { aucInterval } from "../../../src/stats/quality/binary/auc-interval.ts";
import { compareAucs } from "../../../src/stats/quality/binary/compare-aucs.ts";
import { confusionAt, mergeConfusions } from "../../../src/stats/quality/binary/confusion.ts";
import { confusionMetrics } from "../../../src/stats/quality/binary/confusion-metrics.ts";
import { brierScore, logLoss } from "../../../src/stats/quality/probabilistic/probability-losses.ts";
import { rocAuc } from "../../../src/stats/quality/binary/roc-auc.ts";
import { wilsonInterval } from "../../../src/stats/quality/wilson-interval.ts";
import { computed, reasonOf } from "../computed.ts";

const rows = fc
  .array(fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: -6, max: 6 })), {
    minLength: 4,
    maxLength: 50,
  })
  .filter((list) => [0, 1].every((label) => list.filter(([, l]) => l === label).length >= 2));

/** By the definition: every pair of a positive and a negative. */
function pairwise(scores: readonly number[], labels: readonly number[]) {
  const psi = (x: number, y: number): number => (x > y ? 1 : x === y ? 0.5 : 0);
  const of = (label: number): number[] => scores.filter((_, i) => labels[i] === label);
  const [negatives, positives] = [of(0), of(1)];
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const forPositives = positives.map((x) => mean(negatives.map((y) => psi(x, y))));
  const forNegatives = negatives.map((y) => mean(positives.map((x) => psi(x, y))));
  return { auc: mean(forPositives), forPositives, forNegatives };
}

function varianceOfMean(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) / values.length;
}

test("AUC and DeLong's error equal the sums over all pairs, ties as half", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const scores = list.map(([score]) => score);
      const labels = list.map(([, label]) => label);
      const { auc, forPositives, forNegatives } = pairwise(scores, labels);
      expect(computed(rocAuc(scores, labels)).value).toBeCloseTo(auc, 12);
      const found = computed(aucInterval(scores, labels));
      expect(found.value).toBeCloseTo(auc, 12);
      expect(found.standardError ** 2).toBeCloseTo(varianceOfMean(forPositives) + varianceOfMean(forNegatives), 12);
      expect(found.lower).toBeLessThanOrEqual(found.value);
      expect(found.upper).toBeGreaterThanOrEqual(found.value);
    }),
  );
});

test("the paired comparison equals its definition", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const labels = list.map(([, label]) => label);
      const [a, b] = [list.map(([s]) => s), list.map(([, , s]) => s)];
      const [x, y] = [pairwise(a, labels), pairwise(b, labels)];
      const minus = (p: readonly number[], q: readonly number[]): number[] => p.map((v, i) => v - (q[i] ?? 0));
      const variance =
        varianceOfMean(minus(x.forPositives, y.forPositives)) + varianceOfMean(minus(x.forNegatives, y.forNegatives));
      const found = compareAucs(a, b, labels);
      if (reasonOf(found) === "constant") return;
      expect(computed(found).value).toBeCloseTo(x.auc - y.auc, 12);
      expect(computed(found).standardError ** 2).toBeCloseTo(variance, 12);
    }),
  );
});

test("AUC does not move under a monotone change, and turns around with the sign", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const scores = list.map(([score]) => score);
      const labels = list.map(([, label]) => label);
      const { value } = computed(rocAuc(scores, labels));
      expect(computed(rocAuc(scores.map(Math.exp), labels)).value).toBe(value);
      expect(
        computed(
          rocAuc(
            scores.map((s) => -s),
            labels,
          ),
        ).value,
      ).toBeCloseTo(1 - value, 12);
    }),
  );
});

test("DeLong's interval covers the truth about as often as it says, and the paired test holds 5%", () => {
  const random = seededRandom("delong");
  const truth = 0.7602499389065233; // Φ(1/√2): two normals one standard deviation apart
  let covered = 0;
  let alarms = 0;
  const rounds = 400;
  for (let round = 0; round < rounds; round++) {
    const labels = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    const signal = labels.map((label) => label + 0.8 * random.normal());
    const [a, b] = [0, 1].map(() => signal.map((s) => s + 0.6 * random.normal())) as [number[], number[]];
    const interval = computed(aucInterval(a, labels));
    if (interval.lower <= truth && truth <= interval.upper) covered++;
    if (computed(compareAucs(a, b, labels)).pValue < 0.05) alarms++;
  }
  expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(0.04);
  expect(Math.abs(alarms / rounds - 0.05)).toBeLessThan(0.04);
});

test("perfect separation still has an honest interval; equal models have no difference", () => {
  const perfect = computed(aucInterval([1, 2, 3, 4], [0, 0, 1, 1]));
  expect(perfect).toMatchObject({ value: 1, standardError: 0, upper: 1 });
  expect(perfect.lower).toBeCloseTo(computed(wilsonInterval({ successes: 2, trials: 2 })).lower, 12);
  const same = computed(compareAucs([1, 3, 2, 4], [10, 30, 20, 40], [0, 0, 1, 1]));
  expect(same).toMatchObject({ value: 0, confidence: 0.95, standardError: 0, pValue: 1, lower: 0, upper: 0 });
});

test("infinite scores are the ends of the order", () => {
  expect(computed(rocAuc([-Infinity, 0, Infinity], [0, 1, 1])).value).toBe(1);
});

test("Wilson's interval on published values", () => {
  const some = computed(wilsonInterval({ successes: 81, trials: 263 }));
  expect([some.lower, some.upper].map((v) => v.toFixed(4))).toEqual(["0.2553", "0.3662"]);
  const few = computed(wilsonInterval({ successes: 1, trials: 29 }));
  expect([few.lower, few.upper].map((v) => v.toFixed(4))).toEqual(["0.0061", "0.1718"]);
  expect(computed(wilsonInterval({ successes: 0, trials: 20 })).upper.toFixed(4)).toBe("0.1611");
  expect(computed(wilsonInterval({ successes: 20, trials: 20 })).upper).toBe(1);
  expect(reasonOf(wilsonInterval({ successes: 0, trials: 0 }))).toBe("empty");
});

test("losses by hand", () => {
  expect(computed(logLoss([0.9, 0.2], [1, 0])).value).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8)) / 2, 14);
  expect(computed(logLoss([0], [1])).value).toBeCloseTo(52 * Math.LN2, 10);
  expect(computed(logLoss([1], [1])).value).toBe(0);
  expect(computed(brierScore([0.9, 0.2], [1, 0])).value).toBeCloseTo(0.025, 14);
});

test("decisions at a stated threshold; parts add up", () => {
  const scores = [0.9, 0.5, 0.5, 0.49, 0.1, 0.7];
  const labels = [1, 1, 0, 1, 0, 0];
  const counts = computed(confusionAt(scores, labels, { threshold: 0.5 }));
  expect(counts).toEqual({ truePositives: 2, falsePositives: 2, trueNegatives: 1, falseNegatives: 1 });
  const parts = [0, 3].map((from) =>
    computed(confusionAt(scores.slice(from, from + 3), labels.slice(from, from + 3), { threshold: 0.5 })),
  );
  expect(mergeConfusions(parts[0] ?? counts, parts[1] ?? counts)).toEqual(counts);
  expect(confusionMetrics(counts)).toMatchObject({
    accuracy: 0.5,
    precision: 0.5,
    recall: 2 / 3,
    falsePositiveRate: 2 / 3,
    f1: 4 / 7,
  });
  expect(reasonOf(confusionMetrics(computed(confusionAt([0.1], [0], { threshold: 0.5 }))).precision)).toBe(
    "zero-denominator",
  );
});

test("inputs without an answer say why; misuse is refused", () => {
  expect(reasonOf(rocAuc([], []))).toBe("empty");
  expect(reasonOf(rocAuc([1, 2], [1, 1]))).toBe("one-class");
  expect(reasonOf(rocAuc([1, Number.NaN], [0, 1]))).toBe("nan");
  expect(reasonOf(aucInterval([1, 2, 3], [0, 1, 1]))).toBe("too-few");
  expect(reasonOf(compareAucs([1, 2, 3], [1, 2, 3], [0, 0, 0]))).toBe("one-class");
  expect(reasonOf(logLoss([1.5], [1]))).toBe("out-of-range");
  expect(reasonOf(brierScore([Number.NaN], [1]))).toBe("nan");
  expect(reasonOf(confusionAt([Number.NaN], [1], { threshold: 0.5 }))).toBe("nan");
  expect(() => rocAuc([1, 2], [0, 2])).toThrowError(/argument\/invalid/);
  expect(() => rocAuc([1, 2], [0])).toThrowError(/argument\/invalid/);
  expect(() => confusionAt([1], [1], { threshold: Number.NaN })).toThrowError(/argument\/invalid/);
  expect(() => wilsonInterval({ successes: 3, trials: 2 })).toThrowError(/argument\/invalid/);
});
