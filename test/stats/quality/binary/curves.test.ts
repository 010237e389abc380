import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import { aucInterval } from "../../../../src/stats/quality/binary/auc-interval.ts";
import { averagePrecision } from "../../../../src/stats/quality/binary/average-precision.ts";
import { bestThreshold } from "../../../../src/stats/quality/binary/best-threshold.ts";
import { BinnedAuc } from "../../../../src/stats/quality/binary/binned-auc.ts";
import { compareAucs } from "../../../../src/stats/quality/binary/compare-aucs.ts";
import { confusionAt } from "../../../../src/stats/quality/binary/confusion.ts";
import { precisionRecallCurve } from "../../../../src/stats/quality/binary/precision-recall-curve.ts";
import { rocAuc } from "../../../../src/stats/quality/binary/roc-auc.ts";
import { rocCurve } from "../../../../src/stats/quality/binary/roc-curve.ts";
import { computed, reasonOf } from "../../computed.ts";
import { columns, labelledRows, wholeAndParts } from "../draws.ts";

const bothClasses = labelledRows.filter((rows) => new Set(rows.map(([, label]) => label)).size === 2);

test("scikit-learn's own example of both curves", () => {
  const scores = [0.1, 0.4, 0.35, 0.8];
  const labels = [0, 0, 1, 1];
  const roc = computed(rocCurve(scores, labels));
  expect(Array.from(roc.falsePositiveRates)).toEqual([0, 0, 0.5, 0.5, 1]);
  expect(Array.from(roc.truePositiveRates)).toEqual([0, 0.5, 0.5, 1, 1]);
  expect(Array.from(roc.thresholds)).toEqual([Infinity, 0.8, 0.4, 0.35, 0.1]);
  const pr = computed(precisionRecallCurve(scores, labels));
  expect(Array.from(pr.precisions)).toEqual([1, 0.5, 2 / 3, 0.5]);
  expect(Array.from(pr.recalls)).toEqual([0.5, 0.5, 1, 1]);
  expect(computed(averagePrecision(scores, labels)).value).toBeCloseTo(0.8333333333333333, 15);
});

test("the ROC curve has the area of the AUC; a random order has the prevalence as average precision", () => {
  fc.assert(
    fc.property(bothClasses, (rows) => {
      const [scores, labels] = columns(rows);
      const { falsePositiveRates: x, truePositiveRates: y } = computed(rocCurve(scores, labels));
      let area = 0;
      for (let i = 1; i < x.length; i++)
        area += (((x[i] ?? 0) - (x[i - 1] ?? 0)) * ((y[i] ?? 0) + (y[i - 1] ?? 0))) / 2;
      expect(area).toBeCloseTo(computed(rocAuc(scores, labels)).value, 12);
      const share = labels.filter((label) => label === 1).length / labels.length;
      expect(computed(averagePrecision(scores.fill(0.3), labels)).value).toBeCloseTo(share, 12);
    }),
    { seed: 8 },
  );
});

test("a bounded curve keeps its ends, its order and its points", () => {
  const random = seededRandom("curve");
  const scores = Array.from({ length: 5000 }, () => random.next());
  const labels = scores.map((score) => (random.next() < score ? 1 : 0));
  const whole = computed(rocCurve(scores, labels));
  const thin = computed(rocCurve(scores, labels, { maxPoints: 100 }));
  expect(thin.thresholds.length).toBeLessThanOrEqual(100);
  expect(thin.thresholds.length).toBeGreaterThan(80);
  expect([thin.truePositiveRates.at(-1), thin.falsePositiveRates.at(-1)]).toEqual([1, 1]);
  thin.thresholds.forEach((threshold, i) => {
    const at = whole.thresholds.indexOf(threshold);
    expect([thin.truePositiveRates[i], thin.falsePositiveRates[i]]).toEqual([
      whole.truePositiveRates[at],
      whole.falsePositiveRates[at],
    ]);
  });
  for (const maxPoints of [2, 3, 4])
    expect(computed(precisionRecallCurve(scores, labels, { maxPoints })).recalls.length).toBe(maxPoints);
  expect(computed(rocCurve(scores, labels, { maxPoints: 2 })).thresholds.length).toBe(2);
  expect(() => rocCurve(scores, labels, { maxPoints: 1 })).toThrowError(/argument\/invalid/);
});

test("the best threshold is one that no other beats, and its counts are those at it", () => {
  fc.assert(
    fc.property(labelledRows, fc.nat(5), fc.nat(5), (rows, falsePositiveCost, falseNegativeCost) => {
      fc.pre(rows.length > 0);
      const [scores, labels] = columns(rows);
      const found = computed(
        bestThreshold(scores, labels, { criterion: "cost", falsePositiveCost, falseNegativeCost }),
      );
      const cost = (threshold: number): number => {
        const { falsePositives, falseNegatives } = computed(confusionAt(scores, labels, { threshold }));
        return (falsePositiveCost * falsePositives + falseNegativeCost * falseNegatives) / rows.length;
      };
      expect(found.value).toBe(Math.min(...[...scores, Infinity].map(cost)));
      expect(found.confusion).toEqual(confusionAt(scores, labels, { threshold: found.threshold }));
      expect(cost(found.threshold)).toBe(found.value);
    }),
    { seed: 9 },
  );
});

test("a threshold at a least precision or recall keeps it, and no other that keeps it does better", () => {
  fc.assert(
    fc.property(labelledRows, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (rows, least) => {
      const [scores, labels] = columns(rows);
      fc.pre(labels.includes(1));
      const at = [...scores, Infinity].map((threshold) => {
        const counts = computed(confusionAt(scores, labels, { threshold }));
        const called = counts.truePositives + counts.falsePositives;
        const recall = counts.truePositives / (counts.truePositives + counts.falseNegatives);
        return { recall, precision: called === 0 ? undefined : counts.truePositives / called };
      });
      const precise = at.filter(({ precision }) => precision === undefined || precision >= least);
      const byRecall = bestThreshold(scores, labels, { criterion: "recall", precisionAtLeast: least });
      expect(computed(byRecall).value).toBe(Math.max(...precise.map(({ recall }) => recall)));
      const complete = at.filter(({ recall }) => recall >= least);
      const byPrecision = bestThreshold(scores, labels, { criterion: "precision", recallAtLeast: least });
      expect(computed(byPrecision).value).toBe(Math.max(...complete.map(({ precision = 0 }) => precision)));
    }),
    { seed: 10 },
  );
});

test("the bracket of binned scores holds the exact AUC, and parts merge to the bit", () => {
  fc.assert(
    fc.property(labelledRows, fc.integer({ min: 1, max: 12 }), (rows, bins) => {
      const make = (part: typeof rows): BinnedAuc => {
        const binned = new BinnedAuc({ edges: Array.from({ length: bins }, (_, i) => i / bins) });
        binned.addAll(...columns(part));
        return binned;
      };
      const [whole, merged] = wholeAndParts(rows, make, BinnedAuc.fromBytes);
      expect(merged.toBytes()).toEqual(whole.toBytes());
      const exact = rocAuc(...columns(rows));
      const found = merged.auc();
      expect(reasonOf(found)).toBe(reasonOf(exact));
      if (reasonOf(found) !== undefined) return;
      const { value, lower, upper } = computed(found);
      expect(computed(exact).value).toBeGreaterThanOrEqual(lower);
      expect(computed(exact).value).toBeLessThanOrEqual(upper);
      expect(value).toBeCloseTo((lower + upper) / 2, 14);
      whole.merge(whole);
      expect(computed(whole.auc()).value).toBeCloseTo(value, 14);
    }),
    { seed: 10, numRuns: 300 },
  );
});

test("what has no answer says why; misuse is refused", () => {
  expect(reasonOf(rocCurve([1, 2], [1, 1]))).toBe("one-class");
  expect(reasonOf(precisionRecallCurve([1, 2], [0, 0]))).toBe("one-class");
  expect(reasonOf(averagePrecision([1, 2], [0, 0]))).toBe("one-class");
  expect(computed(averagePrecision([1, 2], [1, 1])).value).toBe(1);
  expect(reasonOf(averagePrecision([], []))).toBe("empty");
  expect(reasonOf(rocCurve([Number.NaN, 1], [0, 1]))).toBe("nan");
  const youden = { criterion: "youden" } as const;
  expect(reasonOf(bestThreshold([1, 2], [1, 1], youden))).toBe("one-class");
  // 2/6 − 0/6 and 3/6 − 1/6 are equally good, though not to the bit where each share is divided by itself.
  const [tied, labels6] = [
    [9, 8, 7, 6, 3, 3, 3, 3, 3, 2, 2, 2],
    [1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1],
  ];
  expect(computed(bestThreshold(tied, labels6, youden))).toMatchObject({ threshold: 8, value: 1 / 3 });
  expect(reasonOf(bestThreshold([1], [0], { criterion: "fBeta", beta: 1 }))).toBe("one-class");
  expect(computed(bestThreshold([0.2, 0.9], [1, 1], { criterion: "fBeta", beta: 1e-200 })).value).toBe(1);
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  refused(() => bestThreshold([1], [1], { criterion: "best" } as never));
  refused(() => bestThreshold([1], [1], undefined as never));
  expect(reasonOf(bestThreshold([1], [0], { criterion: "recall", precisionAtLeast: 0.5 }))).toBe("one-class");
  for (const least of [0, 1, Number.NaN]) {
    refused(() => bestThreshold([1], [1], { criterion: "recall", precisionAtLeast: least }));
    refused(() => bestThreshold([1], [1], { criterion: "precision", recallAtLeast: least }));
  }
  refused(() => bestThreshold([1], [1], { criterion: "cost", falsePositiveCost: -1, falseNegativeCost: 1 }));
  refused(() => new BinnedAuc({ edges: [] }));
  refused(() => new BinnedAuc({ edges: [1, 1] }));
  refused(() => new BinnedAuc(undefined as never));
  const binned = new BinnedAuc({ edges: [0.5] });
  refused(() => binned.add(0.1, 2));
  refused(() => binned.merge(new BinnedAuc({ edges: [0.4] })));
  expect(reasonOf(binned.auc())).toBe("empty");
  binned.add(Number.NaN, 1);
  expect(reasonOf(binned.auc())).toBe("nan");
  expect(() => BinnedAuc.fromBytes(binned.toBytes().subarray(1))).toThrowError(/argument\/invalid/);
});

test("DeLong next to an AUC of 1 keeps its digits; models that differ alike on every row cannot be compared", () => {
  const n = 3000;
  const scores = Array.from({ length: 2 * n }, (_, i) => i);
  const labels = scores.map((_, i) => (i < n - 1 || i === n ? 0 : 1));
  // One pair of n² is out of order: components are 0 but for one of each class, which misses 1/n.
  const { value, standardError } = computed(aucInterval(scores, labels));
  expect(value).toBeCloseTo(1 - 1 / n ** 2, 15);
  const variance = (1 / n ** 2) * (1 - 1 / n) * (1 / (n - 1));
  expect(standardError / Math.sqrt((2 * variance) / n)).toBeCloseTo(1, 11);
  const up = [1, 2, 3, 4, 5, 6];
  expect(reasonOf(compareAucs(up, [...up].reverse(), [0, 0, 0, 1, 1, 1]))).toBe("constant");
});
