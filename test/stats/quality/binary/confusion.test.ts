import fc from "fast-check";
import { expect, test } from "vitest";
import { confusionAt } from "../../../../src/stats/quality/binary/confusion.ts";
import { confusionIntervals } from "../../../../src/stats/quality/binary/confusion-intervals.ts";
import { confusionMetrics, fBeta } from "../../../../src/stats/quality/binary/confusion-metrics.ts";
import { ThresholdConfusion } from "../../../../src/stats/quality/binary/threshold-confusion.ts";
import { computed, reasonOf } from "../../computed.ts";
import { columns, labelledRows, wholeAndParts } from "../draws.ts";

const textbook = { truePositives: 20, falsePositives: 180, trueNegatives: 1820, falseNegatives: 10 };

test("the metrics of a screening test, by hand", () => {
  const found = confusionMetrics(textbook);
  expect(found.recall).toBeCloseTo(2 / 3, 15);
  expect(found.specificity).toBe(0.91);
  expect(found.precision).toBe(0.1);
  expect(found.negativePredictiveValue).toBeCloseTo(1820 / 1830, 15);
  expect(found.positiveLikelihoodRatio).toBeCloseTo(2 / 3 / 0.09, 12);
  expect(found.negativeLikelihoodRatio).toBeCloseTo(1 / 3 / 0.91, 14);
  expect(found.prevalence).toBeCloseTo(30 / 2030, 15);
  expect(found.youdenJ).toBeCloseTo(2 / 3 + 0.91 - 1, 14);
  expect(found.markedness).toBeCloseTo(0.1 + 1820 / 1830 - 1, 14);
  expect(found.balancedAccuracy).toBeCloseTo((2 / 3 + 0.91) / 2, 15);
  expect(found.f1).toBeCloseTo(40 / 230, 15);
  // sklearn.metrics.matthews_corrcoef and cohen_kappa_score, 1.9.1
  expect(found.mcc).toBeCloseTo(0.23348550853492078, 14);
  expect(found.kappa).toBeCloseTo(0.15212134535062652, 14);
  expect(fBeta(textbook, { beta: 2 })).toBeCloseTo((5 * 20) / (5 * 20 + 4 * 10 + 180), 15);
});

test("what would be 0/0 is not computable, what is 0 is 0", () => {
  const none = confusionMetrics({ truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 });
  for (const value of Object.values(none)) expect(reasonOf(value)).toBe("zero-denominator");
  const silent = confusionMetrics({ truePositives: 0, falsePositives: 0, trueNegatives: 9, falseNegatives: 1 });
  expect([silent.precision, silent.mcc, silent.markedness].map(reasonOf)).toEqual(
    Array.from({ length: 3 }, () => "zero-denominator"),
  );
  expect(silent).toMatchObject({ recall: 0, f1: 0, specificity: 1, youdenJ: 0, balancedAccuracy: 0.5, kappa: 0 });
  expect(reasonOf(silent.positiveLikelihoodRatio)).toBe("zero-denominator");
});

test("weights of any size keep every metric in its range; scaling all of them changes nothing", () => {
  const weight = fc.oneof(fc.double({ min: 0, max: 1e308, noNaN: true }), fc.constantFrom(0, 5e-324, 1e-300, 1, 1e308));
  fc.assert(
    fc.property(weight, weight, weight, weight, (tp, fp, tn, fn) => {
      const counts = { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn };
      const all = [...Object.values(confusionMetrics(counts)), fBeta(counts, { beta: 1e200 }), fBeta(counts)];
      for (const value of all) if (reasonOf(value) === undefined) expect(value).toBeGreaterThan(-1.0000001);
    }),
    { seed: 5, numRuns: 1000 },
  );
  const some = Object.values(confusionMetrics(textbook)) as number[];
  const big = Object.values(
    confusionMetrics({
      truePositives: 20e300,
      falsePositives: 180e300,
      trueNegatives: 1820e300,
      falseNegatives: 10e300,
    }),
  ) as number[];
  for (const [i, value] of some.entries()) expect(big[i]).toBeCloseTo(value, 12);
});

test("a weight is a repeated row; the streaming counts are those of the columns", () => {
  fc.assert(
    fc.property(labelledRows, fc.double({ min: 0, max: 1, noNaN: true }), (rows, threshold) => {
      fc.pre(rows.length > 0);
      const [scores, labels] = columns(rows);
      const twice = confusionAt([...scores, ...scores], [...labels, ...labels], { threshold });
      expect(confusionAt(scores, labels, { threshold, weights: scores.map(() => 2) })).toEqual(twice);
      const [whole, merged] = wholeAndParts(
        rows,
        (part) => {
          const counter = new ThresholdConfusion({ threshold });
          for (const [score, label] of part) counter.add(score, label);
          return counter;
        },
        ThresholdConfusion.fromBytes,
      );
      expect(merged.toBytes()).toEqual(whole.toBytes());
      expect(merged.counts()).toEqual(confusionAt(scores, labels, { threshold }));
      whole.merge(whole);
      expect(whole.counts()).toEqual(twice);
    }),
    { seed: 6 },
  );
});

test("intervals are Wilson's; sums of weights have none", () => {
  const found = confusionIntervals(textbook, { confidence: 0.9 });
  // scipy.stats.binomtest(20, 30).proportion_ci(0.9, "wilson"), scipy 1.17.1
  expect(computed(found.recall).lower).toBeCloseTo(0.5165954914540954, 10);
  expect(computed(found.recall).confidence).toBe(0.9);
  expect(reasonOf(confusionIntervals({ ...textbook, truePositives: 0, falseNegatives: 0 }).recall)).toBe("empty");
  expect(() => confusionIntervals({ ...textbook, truePositives: 0.5 })).toThrowError(/argument\/invalid/);
});

test("infinite thresholds call none or all; misuse is refused", () => {
  const all = computed(confusionAt([1, -Infinity], [1, 0], { threshold: -Infinity }));
  expect(all).toMatchObject({ truePositives: 1, falsePositives: 1 });
  expect(computed(confusionAt([1, 2], [1, 0], { threshold: Infinity })).falseNegatives).toBe(1);
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  refused(() => confusionAt([1], [1], 0.5 as never));
  refused(() => confusionAt([1], [1], undefined as never));
  refused(() => confusionAt([1], [1], { threshold: 0, weights: [-1] }));
  refused(() => confusionAt([1], [1], { threshold: 0, weights: [1, 2] }));
  refused(() => confusionMetrics({ ...textbook, truePositives: -1 }));
  refused(() => fBeta(textbook, { beta: 0 }));
  refused(() => new ThresholdConfusion({ threshold: Number.NaN }));
  const counter = new ThresholdConfusion({ threshold: 0.5 });
  expect(reasonOf(counter.counts())).toBe("empty");
  refused(() => counter.addAll([0.1, 0.2], [0, 2]));
  refused(() => counter.add(0.1, 0.5));
  refused(() => counter.merge(new ThresholdConfusion({ threshold: 0.4 })));
  expect(reasonOf(counter.counts())).toBe("empty");
  counter.addAll([0.1, Number.NaN], [0, 1], { weights: [1, 1] });
  expect(reasonOf(counter.counts())).toBe("nan");
  expect(reasonOf(ThresholdConfusion.fromBytes(counter.toBytes()).counts())).toBe("nan");
});
