import { isNotComputable, type NotComputable, notComputable } from "../../../src/stats/not-computable.ts";
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
import { drawLabelled, drawLabels, drawWeights, weighted } from "./draw-rows.ts";

/** −7 stands for a value that is not computable inside an answer with others. */
export function orMissing(value: number | NotComputable): number {
  return isNotComputable(value) ? -7 : value;
}

/** A curve as numbers: how many points, sums, sums weighted by place, the largest finite threshold. */
function curveAnswer(x: Float64Array, y: Float64Array, thresholds: Float64Array): Answer {
  const placed = (values: Float64Array): number => values.reduce((sum, value, i) => sum + value * (i + 1), 0);
  const finite = thresholds.filter(Number.isFinite);
  return { points: x.length, x: placed(x) + 1, y: placed(y) + 1, thresholds: placed(finite) + 1 };
}

function metricsAnswer(metrics: ConfusionMetrics): Answer {
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, orMissing(value as number)]));
}

const draw = drawLabelled;

export const binaryComparisons: readonly Comparison[] = [
  comparison({
    name: "rocAuc",
    peer: "roc_auc",
    draw,
    ours: ({ scores, labels }) => {
      const found = rocAuc(scores, labels);
      return isNotComputable(found) ? found : { value: found.value };
    },
    tolerance: 1e-13,
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
      const { difference, standardError, pValue } = found;
      return { difference, standardError, pValue };
    },
    tolerance: 1e-9,
    absolute: 1e-14,
  }),
  comparison({
    name: "rocCurve",
    peer: "roc_curve",
    draw,
    ours: ({ scores, labels }) => {
      const found = rocCurve(scores, labels);
      if (isNotComputable(found)) return found;
      return curveAnswer(found.falsePositiveRates, found.truePositiveRates, found.thresholds);
    },
    tolerance: 1e-12,
  }),
  comparison({
    name: "precisionRecallCurve",
    peer: "precision_recall_curve",
    draw,
    ours: ({ scores, labels }) => {
      const found = precisionRecallCurve(scores, labels);
      if (isNotComputable(found)) return found;
      return curveAnswer(found.recalls, found.precisions, found.thresholds);
    },
    tolerance: 1e-12,
  }),
  comparison({
    name: "averagePrecision",
    peer: "average_precision",
    draw,
    ours: ({ scores, labels }) => {
      const found = averagePrecision(scores, labels);
      return isNotComputable(found) ? found : { value: found.value };
    },
    tolerance: 1e-12,
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
      const word = ["cost", "fBeta", "youden"][random.int(3)] ?? "cost";
      const costs = { fp: random.int(5), fn: random.int(5), beta: 0.5 + random.next() };
      return { scores: kept, labels: drawLabels(random, kept), word, ...costs };
    },
    ours: ({ scores, labels, word, fp, fn, beta }) => {
      const cost = { falsePositiveCost: fp, falseNegativeCost: fn };
      const found = bestThreshold(scores, labels, { criterion: word, beta, ...cost } as ThresholdCriterion);
      return isNotComputable(found) ? found : { value: found.value };
    },
    tolerance: 1e-12,
    absolute: 1e-15,
  }),
];
