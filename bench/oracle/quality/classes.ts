import type { Random } from "../../../src/core/random.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { cohensKappa } from "../../../src/stats/quality/multiclass/cohens-kappa.ts";
import { confusionMatrix } from "../../../src/stats/quality/multiclass/confusion-matrix.ts";
import { multiclassAuc } from "../../../src/stats/quality/multiclass/multiclass-auc.ts";
import { multiclassBrierScore, multiclassLogLoss } from "../../../src/stats/quality/multiclass/multiclass-losses.ts";
import { multiclassMetrics } from "../../../src/stats/quality/multiclass/multiclass-metrics.ts";
import { topKAccuracy } from "../../../src/stats/quality/multiclass/top-k-accuracy.ts";
import { type Comparison, comparison } from "../comparison.ts";
import { orMissing, numberOf } from "./answers.ts";
import { drawRows, drawWeights, weighted } from "./draw-rows.ts";

/** Softmax rows, ties and certainties among them. */
function drawClassProbabilities(random: Random, rows: number, classes: number): Float64Array {
  const coarse = random.int(3) === 0;
  const steep = Math.exp(Math.min(3, 3 * random.normal()));
  const values = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * classes, (row + 1) * classes);
    own.forEach((_, j) => {
      own[j] = Math.exp(steep * (coarse ? random.int(3) : random.normal()));
    });
    const sum = own.reduce((a, b) => a + b);
    own.forEach((value, j) => {
      own[j] = value / sum;
    });
  }
  return values;
}

const nothing = { notComputable: "empty", detail: "no weight" } as const;

export const classComparisons: readonly Comparison[] = [
  comparison({
    name: "confusionMatrix, multiclassMetrics, cohensKappa",
    peer: "multiclass_metrics",
    draw: (random, index) => {
      const rows = drawRows(random, index);
      const classes = 1 + random.int(6);
      const actual = Float64Array.from({ length: rows }, () => random.int(classes));
      const skill = random.next();
      const predicted = actual.map((label) => (random.next() < skill ? label : random.int(classes)));
      return { predicted, actual, weights: drawWeights(random, rows), extra: random.int(2) };
    },
    ours: ({ predicted, actual, weights, extra }) => {
      if (weights?.every((weight) => weight === 0)) return nothing;
      const labels = extra === 0 ? {} : { labels: [0, 1, 2, 3, 4, 5, 6] };
      const matrix = confusionMatrix(predicted, actual, { ...labels, ...weighted(weights) });
      if (isNotComputable(matrix)) return matrix;
      const skipped = multiclassMetrics(matrix, { zeroDivision: "skip" });
      const zero = multiclassMetrics(matrix, { zeroDivision: "zero" });
      return {
        accuracy: orMissing(zero.accuracy),
        balancedAccuracy: orMissing(zero.balancedAccuracy),
        mcc: orMissing(zero.mcc),
        kappa: orMissing(zero.kappa),
        linear: orMissing(cohensKappa(matrix, { weighting: "linear" })),
        quadratic: orMissing(cohensKappa(matrix, { weighting: "quadratic" })),
        macroPrecision: orMissing(zero.macro.precision),
        macroRecall: orMissing(zero.macro.recall),
        macroF1: orMissing(zero.macro.f1),
        weightedPrecision: orMissing(zero.weighted.precision),
        weightedRecall: orMissing(zero.weighted.recall),
        weightedF1: orMissing(zero.weighted.f1),
        skippedPrecision: orMissing(skipped.macro.precision),
        skippedRecall: orMissing(skipped.macro.recall),
        microF1: orMissing(zero.micro.f1),
        first: orMissing(zero.perClass[0]?.f1 ?? 0),
      };
    },
    tolerance: 1e-11,
    absolute: 1e-14,
  }),
  comparison({
    name: "multiclassAuc, multiclassLogLoss, multiclassBrierScore, topKAccuracy",
    peer: "multiclass_scores",
    draw: (random, index) => {
      const rows = drawRows(random, index, 300);
      const classes = 3 + random.int(3);
      const scores = drawClassProbabilities(random, rows, classes);
      const actual = Float64Array.from({ length: rows }, () => random.int(classes));
      return { scores, actual, classes, k: 1 + random.int(classes), weights: drawWeights(random, rows) };
    },
    ours: ({ scores, actual, classes, k, weights }) => {
      const labels = Array.from({ length: classes }, (_, i) => i);
      const auc = (scheme: "one-vs-rest" | "one-vs-one", average: "macro" | "weighted"): number =>
        numberOf(multiclassAuc(scores, actual, { labels, scheme, average }));
      const options = { labels, ...weighted(weights) };
      return {
        restMacro: auc("one-vs-rest", "macro"),
        restWeighted: auc("one-vs-rest", "weighted"),
        oneMacro: auc("one-vs-one", "macro"),
        oneWeighted: auc("one-vs-one", "weighted"),
        logLoss: numberOf(multiclassLogLoss(scores, actual, options)),
        brier: numberOf(multiclassBrierScore(scores, actual, options)),
        topK: numberOf(topKAccuracy(scores, actual, { ...options, k })),
      };
    },
    tolerance: 1e-11,
    absolute: 1e-13,
  }),
];
