import { isNotComputable, notComputable } from "../../../src/stats/not-computable.ts";
import { aucInterval } from "../../../src/stats/quality/binary/auc-interval.ts";
import { averagePrecision } from "../../../src/stats/quality/binary/average-precision.ts";
import { bestThreshold, type ThresholdCriterion } from "../../../src/stats/quality/binary/best-threshold.ts";
import { compareAucs } from "../../../src/stats/quality/binary/compare-aucs.ts";
import { confusionAt } from "../../../src/stats/quality/binary/confusion.ts";
import { confusionIntervals } from "../../../src/stats/quality/binary/confusion-intervals.ts";
import { type ConfusionMetrics, confusionMetrics, fBeta } from "../../../src/stats/quality/binary/confusion-metrics.ts";
import { precisionRecallCurve } from "../../../src/stats/quality/binary/precision-recall-curve.ts";
import { rocAuc } from "../../../src/stats/quality/binary/roc-auc.ts";
import { rocCurve } from "../../../src/stats/quality/binary/roc-curve.ts";
import { type Answer, type Comparison, comparison } from "../comparison.ts";
import { orMissing } from "./answers.ts";
import { drawLabelled, drawLabels, drawWeights, weighted } from "./draw-rows.ts";

/** A curve as numbers: how many points, sums, sums weighted by place, the largest finite threshold. */
function curveAnswer(name: string, x: Float64Array, y: Float64Array, thresholds: Float64Array): Answer {
  const placed = (values: Float64Array): number => values.reduce((sum, value, i) => sum + value * (i + 1), 0);
  const finite = thresholds.filter(Number.isFinite);
  return {
    [`${name}Points`]: x.length,
    [`${name}X`]: placed(x) + 1,
    [`${name}Y`]: placed(y) + 1,
    [`${name}Thresholds`]: placed(finite) + 1,
  };
}

function metricsAnswer(metrics: ConfusionMetrics): Answer {
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, orMissing(value as number)]));
}

const draw = drawLabelled;

export const binaryComparisons: readonly Comparison[] = [
  comparison({
    name: "rocAuc, averagePrecision, rocCurve, precisionRecallCurve",
    peer: "ranks",
    draw,
    ours: ({ scores, labels }) => {
      const auc = rocAuc(scores, labels);
      const average = averagePrecision(scores, labels);
      const roc = rocCurve(scores, labels);
      const pr = precisionRecallCurve(scores, labels);
      return {
        auc: isNotComputable(auc) ? -7 : auc.value,
        average: isNotComputable(average) ? -7 : average.value,
        ...(isNotComputable(roc)
          ? {}
          : curveAnswer("roc", roc.falsePositiveRates, roc.truePositiveRates, roc.thresholds)),
        ...(isNotComputable(pr) ? {} : curveAnswer("pr", pr.recalls, pr.precisions, pr.thresholds)),
      };
    },
    tolerance: 1e-12,
  }),
  comparison({
    name: "aucInterval (DeLong) against structural components",
    peer: "delong",
    draw,
    ours: ({ scores, labels }) => {
      const found = aucInterval(scores, labels);
      if (isNotComputable(found)) return found;
      return { value: found.value, standardError: found.standardError, lower: found.lower, upper: found.upper };
    },
    tolerance: 1e-11,
    absolute: 1e-14,
  }),
  comparison({
    name: "compareAucs (DeLong)",
    peer: "delong_paired",
    draw: (random, index) => {
      const { scores, labels } = drawLabelled(random, index);
      const share = random.next();
      return { first: scores, second: scores.map((s) => share * s + (1 - share) * random.next()), labels };
    },
    ours: ({ first, second, labels }) => {
      const found = compareAucs(first, second, labels);
      if (isNotComputable(found)) return found;
      const { value: difference, standardError, pValue } = found;
      return { difference, standardError, pValue };
    },
    tolerance: 1e-9,
    absolute: 1e-14,
  }),
  comparison({
    name: "confusionAt, confusionMetrics, fBeta",
    peer: "confusion_metrics",
    draw: (random, index) => {
      const { scores, labels } = drawLabelled(random, index);
      const weights = drawWeights(random, scores.length);
      const threshold = random.int(3) === 0 ? (scores[0] ?? 0) : random.next();
      return { scores, labels, weights, threshold, beta: Math.exp(random.normal()) };
    },
    ours: ({ scores, labels, weights, threshold, beta }) => {
      const counts = confusionAt(scores, labels, { threshold, ...weighted(weights) });
      if (isNotComputable(counts)) return counts;
      if (weights?.every((weight) => weight === 0)) return notComputable("empty", "no weight");
      const { prevalence, ...others } = confusionMetrics(counts);
      return { ...metricsAnswer({ prevalence, ...others }), fBeta: orMissing(fBeta(counts, { beta })) };
    },
    tolerance: 1e-11,
    absolute: 1e-14,
  }),
  comparison({
    name: "confusionMetrics of counts up to 10^15",
    peer: "exact_counts",
    draw: (random) => {
      const count = (): number => (random.int(8) === 0 ? 0 : Math.floor(Math.exp(random.next() * Math.log(1e15))));
      return { tp: count(), fp: count(), tn: count(), fn: count() };
    },
    ours: ({ tp, fp, tn, fn }) => {
      const found = confusionMetrics({ truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn });
      const { mcc, kappa, youdenJ, markedness, balancedAccuracy } = found;
      return metricsAnswer({ mcc, kappa, youdenJ, markedness, balancedAccuracy } as ConfusionMetrics);
    },
    tolerance: 1e-13,
  }),
  comparison({
    name: "confusionIntervals (Wilson)",
    peer: "wilson",
    draw: (random) => {
      const most = 10 ** random.int(13);
      return {
        tp: random.int(4) === 0 ? 0 : 1 + random.int(most),
        fp: random.int(4) === 0 ? 0 : 1 + random.int(most),
        confidence: 0.5 + random.next() / 2.001,
      };
    },
    ours: ({ tp, fp, confidence }) => {
      const counts = { truePositives: tp, falsePositives: fp, trueNegatives: 0, falseNegatives: 0 };
      const { precision } = confusionIntervals(counts, { confidence });
      return isNotComputable(precision) ? precision : { lower: precision.lower, upper: precision.upper };
    },
    tolerance: 1e-10,
    absolute: 1e-16,
  }),
  comparison({
    name: "bestThreshold",
    peer: "best_threshold",
    draw: (random, index) => {
      const { scores } = drawLabelled(random, index);
      const kept = scores.slice(0, 300);
      const word = ["cost", "fBeta", "youden", "recall", "precision"][random.int(5)] ?? "cost";
      const costs = {
        fp: random.int(5),
        fn: random.int(5),
        beta: 0.5 + random.next(),
        least: 0.02 + 0.96 * random.next(),
      };
      return { scores: kept, labels: drawLabels(random, kept), word, ...costs };
    },
    ours: ({ scores, labels, word, fp, fn, beta, least }) => {
      const cost = { falsePositiveCost: fp, falseNegativeCost: fn, precisionAtLeast: least, recallAtLeast: least };
      const found = bestThreshold(scores, labels, { criterion: word, beta, ...cost } as ThresholdCriterion);
      return isNotComputable(found) ? found : { value: found.value };
    },
    tolerance: 1e-12,
    absolute: 1e-15,
  }),
];
