import type { ThresholdChoice } from "../../../contracts/evaluation-detail.ts";
import type { EvaluationReport } from "../../../contracts/evaluation-report.ts";
import type { Metrics } from "../../../contracts/metric-estimate.ts";
import { type Random, seededRandom } from "../../../core/random.ts";
import type { IntervalEstimate } from "../../../stats/interval-estimate.ts";
import { isNotComputable, type NotComputable } from "../../../stats/not-computable.ts";
import {
  type BestThreshold,
  bestThreshold,
  gainOf,
  type ThresholdCriterion,
} from "../../../stats/quality/binary/best-threshold.ts";
import type { Confusion } from "../../../stats/quality/binary/confusion.ts";
import { confusionAt, mergeConfusions } from "../../../stats/quality/binary/confusion.ts";
import { confusionIntervals } from "../../../stats/quality/binary/confusion-intervals.ts";
import { interpolatedQuantile } from "../../../stats/quantile.ts";
import { sortDoubles } from "../../../stats/sort-doubles.ts";
import { type JudgedRows, pick } from "../judged-rows.ts";
import { ruleText } from "./threshold-rule.ts";

type Chosen = NonNullable<EvaluationReport["thresholds"]>[number];

/** Cross-fitting takes at most so many rows, drawn once. */
const mostFittedRows = 100_000;
/** A resample has at most so many rows: of more rows the interval is wider than it need be. */
const mostResampledRows = 5000;
const resamples = 200;
const folds = 5;

/** Chooses thresholds on the held-out rows, each by its rule; only a binary model has any. */
export function chooseThresholds(judged: JudgedRows, rules: readonly ThresholdCriterion[]): readonly Chosen[] {
  return rules.map((rule) => {
    const by = ruleText(rule);
    if (judged.kind !== "binary") return { by, notComputable: `a ${judged.kind} model has no threshold` };
    const best = bestThreshold(judged.predictions, judged.labels, rule);
    if (isNotComputable(best)) return { by, notComputable: best.detail };
    if (!Number.isFinite(best.threshold)) return { by, notComputable: "it is best to call no row positive" };
    const random = seededRandom(`threshold ${by} ${judged.rows}`);
    const crossFitted = crossFit(judged, rule, random);
    const ends = thresholdInterval(judged, rule, best, random);
    if (crossFitted === undefined || ends === undefined)
      return { by, notComputable: "parts of the rows have one class only, or no such threshold" };
    return choiceOf(by, best, crossFitted, ends);
  });
}

function choiceOf(
  by: string,
  best: BestThreshold,
  crossFitted: number,
  [thresholdLower, thresholdUpper]: readonly [number, number],
): ThresholdChoice {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = best.confusion;
  const n = truePositives + falsePositives + trueNegatives + falseNegatives;
  const counts = [
    [trueNegatives, falsePositives],
    [falseNegatives, truePositives],
  ];
  return {
    by,
    threshold: best.threshold,
    thresholdLower,
    thresholdUpper,
    value: best.value,
    crossFitted,
    decisions: { threshold: best.threshold, classes: ["no", "yes"], counts },
    metrics: sharesOf(best.confusion),
    warning: `chosen on these ${n} rows: \`value\` and \`metrics\` are optimistic for others, \`crossFitted\` is not; measure it on rows of their own before it decides`,
  };
}

function sharesOf(confusion: Confusion): Metrics {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  const { accuracy, precision, recall, specificity } = confusionIntervals(confusion);
  const share = (found: IntervalEstimate | NotComputable, n: number): Metrics[string] =>
    isNotComputable(found)
      ? { notComputable: found.detail }
      : { value: found.value, lower: found.lower, upper: found.upper, n };
  return {
    accuracy: share(accuracy, truePositives + falsePositives + trueNegatives + falseNegatives),
    precision: share(precision, truePositives + falsePositives),
    recall: share(recall, truePositives + falseNegatives),
    specificity: share(specificity, trueNegatives + falsePositives),
  };
}

/** The criterion of decisions at thresholds that were chosen without the rows they are made on. */
function crossFit(judged: JudgedRows, rule: ThresholdCriterion, random: Random): number | undefined {
  const order = random.shuffle(Uint32Array.from({ length: judged.rows }, (_, i) => i)).subarray(0, mostFittedRows);
  let pooled: Confusion | undefined;
  for (let fold = 0; fold < folds; fold++) {
    const rest = pick(
      judged,
      judged.predictions,
      order.filter((_, i) => i % folds !== fold),
    );
    const best = bestThreshold(rest.predictions, rest.labels, rule);
    if (isNotComputable(best)) return undefined;
    const own = pick(
      judged,
      judged.predictions,
      order.filter((_, i) => i % folds === fold),
    );
    const counts = confusionAt(own.predictions, own.labels, { threshold: best.threshold });
    if (isNotComputable(counts)) return undefined;
    pooled = pooled === undefined ? counts : mergeConfusions(pooled, counts);
  }
  return pooled === undefined ? undefined : criterionOf(pooled, rule);
}

/** What the criterion says of pooled decisions: for a bounded one the share itself, whether or not it keeps its bound. */
function criterionOf(counts: Confusion, rule: ThresholdCriterion): number | undefined {
  const { truePositives, falsePositives, falseNegatives } = counts;
  const share = (whole: number): number | undefined => (whole === 0 ? undefined : truePositives / whole);
  if (rule.criterion === "recall") return share(truePositives + falseNegatives);
  if (rule.criterion === "precision") return share(truePositives + falsePositives);
  const value = gainOf(rule)(counts);
  return Number.isFinite(value) ? (rule.criterion === "cost" ? 0 - value : value) : undefined;
}

/** Where the thresholds lie that resamples choose. */
function thresholdInterval(
  judged: JudgedRows,
  rule: ThresholdCriterion,
  { threshold }: BestThreshold,
  random: Random,
): readonly [number, number] | undefined {
  const n = Math.min(judged.rows, mostResampledRows);
  const chosen: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const places = Uint32Array.from({ length: n }, () => random.int(judged.rows));
    const some = pick(judged, judged.predictions, places);
    const best = bestThreshold(some.predictions, some.labels, rule);
    if (!isNotComputable(best) && Number.isFinite(best.threshold)) chosen.push(best.threshold);
  }
  if (chosen.length < resamples / 2) return undefined;
  const sorted = sortDoubles(chosen);
  return [
    Math.min(threshold, interpolatedQuantile(sorted, 0.025)),
    Math.max(threshold, interpolatedQuantile(sorted, 0.975)),
  ];
}
