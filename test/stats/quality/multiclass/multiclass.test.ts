import fc from "fast-check";
import { expect, test } from "vitest";
import { confusionMetrics } from "../../../../src/stats/quality/binary/confusion-metrics.ts";
import { cohensKappa } from "../../../../src/stats/quality/multiclass/cohens-kappa.ts";
import { confusionMatrix, MulticlassConfusion } from "../../../../src/stats/quality/multiclass/confusion-matrix.ts";
import { multiclassAuc } from "../../../../src/stats/quality/multiclass/multiclass-auc.ts";
import { multiclassBrierScore, multiclassLogLoss } from "../../../../src/stats/quality/multiclass/multiclass-losses.ts";
import { multiclassMcc } from "../../../../src/stats/quality/multiclass/multiclass-mcc.ts";
import { multiclassMetrics } from "../../../../src/stats/quality/multiclass/multiclass-metrics.ts";
import { topKAccuracy } from "../../../../src/stats/quality/multiclass/top-k-accuracy.ts";
import { rocAuc } from "../../../../src/stats/quality/binary/roc-auc.ts";
import { brierScore, logLoss } from "../../../../src/stats/quality/probabilistic/probability-losses.ts";
import { computed, reasonOf } from "../../computed.ts";
import { columns, labelledRows, wholeAndParts } from "../draws.ts";

const grades = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), { maxLength: 40 });

test("scikit-learn's examples", () => {
  const matrix = computed(
    confusionMatrix(["ant", "ant", "cat", "cat", "ant", "cat"], ["cat", "ant", "cat", "cat", "ant", "bird"]),
  );
  expect(matrix.labels).toEqual(["ant", "bird", "cat"]);
  expect(matrix.counts).toEqual([
    [2, 0, 0],
    [0, 0, 1],
    [1, 0, 2],
  ]);
  const found = multiclassMetrics(matrix, { zeroDivision: "zero" });
  expect(found.perClass.map((each) => each.precision)).toEqual([2 / 3, 0, 2 / 3]);
  expect(found.perClass.map((each) => each.support)).toEqual([2, 1, 3]);
  // classification_report of the same rows: macro f1 0.49, weighted f1 0.60
  expect(found.macro.f1).toBeCloseTo((0.8 + 0 + 2 / 3) / 3, 14);
  expect(found.weighted.f1).toBeCloseTo((2 * 0.8 + 3 * (2 / 3)) / 6, 14);
  const scores = [0.5, 0.2, 0.2, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1];
  expect(computed(topKAccuracy(scores, [0, 1, 2, 2], { k: 2 })).value).toBe(0.75);
});

test("two classes as many are the binary metrics", () => {
  fc.assert(
    fc.property(labelledRows, (rows) => {
      fc.pre(rows.length > 0);
      const [scores, labels] = columns(rows);
      const matrix = computed(
        confusionMatrix(
          scores.map((s) => (s >= 0.5 ? 1 : 0)),
          labels,
          { labels: [0, 1] },
        ),
      );
      const [[tn = 0, fp = 0] = [], [fn = 0, tp = 0] = []] = matrix.counts;
      const counts = { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn };
      const binary = confusionMetrics(counts);
      const many = multiclassMetrics(matrix);
      for (const [a, b] of [
        [binary.mcc, many.mcc],
        [binary.kappa, many.kappa],
        [binary.precision, many.perClass[1]?.precision],
      ] as const) {
        expect(reasonOf(a)).toBe(reasonOf(b));
        if (reasonOf(a) === undefined) expect(a).toBeCloseTo(b as number, 12);
      }
      const both = scores.flatMap((p) => [1 - p, p]);
      const options = { labels: [0, 1] };
      expect(computed(multiclassLogLoss(both, labels, options)).value).toBeCloseTo(
        computed(logLoss(scores, labels)).value,
        10,
      );
      expect(computed(multiclassBrierScore(both, labels, options)).value).toBeCloseTo(
        2 * computed(brierScore(scores, labels)).value,
        12,
      );
      const auc = multiclassAuc(
        scores.flatMap((p) => [-p, p]),
        labels,
        { ...options, scheme: "one-vs-rest" },
      );
      expect(reasonOf(auc)).toBe(reasonOf(rocAuc(scores, labels)));
      if (reasonOf(auc) === undefined)
        expect(computed(auc).value).toBeCloseTo(computed(rocAuc(scores, labels)).value, 12);
    }),
    { seed: 21 },
  );
});

test("parts of a matrix merge to the bit, whatever classes they saw", () => {
  fc.assert(
    fc.property(grades, fc.boolean(), (rows, texts) => {
      const name = (label: number): string | number => (texts ? `c${label}` : label);
      const [whole, merged] = wholeAndParts(
        rows,
        (part) => {
          const counter = new MulticlassConfusion();
          for (const [predicted, actual] of part) counter.add(name(predicted), name(actual));
          return counter;
        },
        MulticlassConfusion.fromBytes,
      );
      expect(merged.toBytes()).toEqual(whole.toBytes());
      const bulk = confusionMatrix(
        rows.map(([p]) => name(p)),
        rows.map(([, a]) => name(a)),
      );
      expect(merged.matrix()).toEqual(bulk);
      if (rows.length === 0) return;
      const once = computed(bulk).counts.flat();
      whole.merge(whole);
      expect(computed(whole.matrix()).counts.flat()).toEqual(once.map((count) => 2 * count));
    }),
    { seed: 22 },
  );
});

test("perfect is 1 and independence is 0; huge counts and tiny weights keep their digits", () => {
  for (const size of [1, 1e12, 1e-200, 1e200]) {
    const perfect = {
      labels: [1, 2, 3],
      counts: [
        [size, 0, 0],
        [0, size, 0],
        [0, 0, size],
      ],
    };
    expect(multiclassMcc(perfect)).toBeCloseTo(1, 14);
    expect(cohensKappa(perfect, { weighting: "quadratic" })).toBe(1);
    const independent = {
      labels: [1, 2],
      counts: [
        [2 * size, 4 * size],
        [3 * size, 6 * size],
      ],
    };
    expect(multiclassMcc(independent)).toBeCloseTo(0, 14);
    expect(cohensKappa(independent)).toBeCloseTo(0, 14);
  }
  const near = {
    labels: [0, 1],
    counts: [
      [1e9 + 1, 1e9],
      [1e9, 1e9],
    ],
  };
  expect(Number(multiclassMcc(near)) * 4e9).toBeCloseTo(1, 6);
});

test("what has no value says why; misuse is refused", () => {
  const absent = multiclassMetrics({
    labels: [0, 1],
    counts: [
      [3, 0],
      [0, 0],
    ],
  });
  expect(reasonOf(absent.macro.recall)).toBe("zero-denominator");
  expect(absent.weighted.recall).toBe(1);
  expect(reasonOf(absent.mcc)).toBe("zero-denominator");
  expect(reasonOf(absent.kappa)).toBe("zero-denominator");
  expect(
    multiclassMetrics(
      {
        labels: [0, 1],
        counts: [
          [3, 0],
          [0, 0],
        ],
      },
      { zeroDivision: "skip" },
    ).macro.recall,
  ).toBe(1);
  expect(reasonOf(confusionMatrix([], []))).toBe("empty");
  expect(reasonOf(topKAccuracy([], [], { k: 1 }))).toBe("empty");
  expect(reasonOf(multiclassLogLoss([0.5, 0.4], [0]))).toBe("out-of-range");
  expect(reasonOf(multiclassLogLoss([1.5, -0.5], [0]))).toBe("out-of-range");
  expect(reasonOf(multiclassLogLoss([Number.NaN, 1], [0]))).toBe("nan");
  expect(reasonOf(multiclassAuc([0.1, 0.9], [0], { scheme: "one-vs-rest" }))).toBe("one-class");
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  refused(() => confusionMatrix([1.5], [1]));
  refused(() => confusionMatrix([Number.NaN], [1]));
  refused(() => confusionMatrix(["1"], [1]));
  refused(() => confusionMatrix([1], [2], { labels: [1] }));
  refused(() => confusionMatrix([1], [1], { labels: [1, 1] }));
  refused(() => confusionMatrix([1], [1, 2]));
  refused(() => multiclassMetrics({ labels: [1], counts: [] }));
  refused(() => multiclassMetrics({ labels: [1], counts: [[-1]] }));
  refused(() => multiclassMetrics({ labels: [1], counts: [[1]] }, { zeroDivision: 0 as never }));
  refused(() => cohensKappa({ labels: [1], counts: [[1]] }, { weighting: "cubic" as never }));
  refused(() => multiclassAuc([0.1, 0.9], [0], {} as never));
  refused(() => multiclassLogLoss([0.1, 0.9], [2]));
  refused(() => multiclassLogLoss([0.1, 0.9, 0.3], [0, 1]));
  refused(() => topKAccuracy([0.1, 0.9], [0], { k: 0 }));
  expect(() => MulticlassConfusion.fromBytes(new Uint8Array(20))).toThrowError(/argument\/invalid/);
});

test("what is no matrix is refused, also a matrix that was not computable", () => {
  const none = confusionMatrix([], []) as never;
  for (const measure of [cohensKappa, multiclassMcc, multiclassMetrics])
    expect(() => measure(none)).toThrowError(/argument\/invalid.*not computable/);
  const huge = {
    labels: [0, 1],
    counts: [
      [1e308, 1e308],
      [0, 1e308],
    ],
  };
  expect(() => multiclassMetrics(huge)).toThrowError(/argument\/invalid/);
});

test("scores in an array for each row are refused with how to pass them", () => {
  const nested: readonly number[] = JSON.parse("[[0.2, 0.8], [0.5, 0.5]]");
  for (const options of [{}, { labels: [0, 1] }]) {
    expect(() => multiclassLogLoss(nested, [0, 1], options)).toThrowError(/scores\.flat\(\)/);
  }
});
