import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireNonNegative, requireOneOf, requireOpenFraction, requirePositive } from "../../require-argument.ts";
import type { Confusion } from "./confusion.ts";
import { determinant } from "./determinant.ts";
import { type ScoreSteps, scoreSteps } from "./score-steps.ts";

/** What a threshold is to be best at, stated by name: the word decides which of the other fields are read. */
export type ThresholdCriterion =
  | {
      /** The lowest mean cost of a row. */
      readonly criterion: "cost";
      /** What calling a negative costs, at least 0. */
      readonly falsePositiveCost: number;
      /** What missing a positive costs, at least 0, in the same unit. */
      readonly falseNegativeCost: number;
    }
  | {
      /** The highest F measure. */
      readonly criterion: "fBeta";
      /** Recall counts `beta` times as much as precision, above 0. */
      readonly beta: number;
    }
  | {
      /** The highest recall + specificity − 1. */
      readonly criterion: "youden";
    }
  | {
      /** The highest recall among thresholds of at least that precision. */
      readonly criterion: "recall";
      /** The least precision, in (0, 1). */
      readonly precisionAtLeast: number;
    }
  | {
      /** The highest precision among thresholds of at least that recall. */
      readonly criterion: "precision";
      /** The least recall, in (0, 1). */
      readonly recallAtLeast: number;
    };

/** The threshold that {@link bestThreshold} chose. */
export interface BestThreshold {
  /** Call a row positive from this score on; Infinity where it is best to call none. */
  readonly threshold: number;
  /** The mean cost, the F measure, Youden's J, recall or precision at this threshold, on these rows: optimistic for new ones. */
  readonly value: number;
  /** The decisions at this threshold. */
  readonly confusion: Confusion;
}

/**
 * The threshold that is best on these rows by a stated criterion, among all distinct scores and "call none"; of equally good ones the
 * highest. Choose it on rows that are neither trained on nor reported on.
 *
 * `notComputable` without rows or with a NaN score; for `fBeta`, `recall` and `precision` without positives, for `youden` with one class only. Where no
 * threshold has the precision that `recall` asks for it is best to call none. Labels other than 0 and 1, an unknown criterion and a negative cost
 * are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { bestThreshold, isNotComputable } from "sluice/stats";
 * const [scores, labels] = [[0.9, 0.7, 0.6, 0.4, 0.2], [1, 0, 1, 0, 0]];
 * const cheap = bestThreshold(scores, labels, { criterion: "cost", falsePositiveCost: 1, falseNegativeCost: 5 });
 * if (isNotComputable(cheap) || cheap.threshold !== 0.6 || cheap.value !== 1 / 5) throw new Error("one false call in five rows");
 * ```
 */
export function bestThreshold(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ThresholdCriterion,
): BestThreshold | NotComputable {
  const gain = gainOf(options);
  const steps = scoreSteps(scores, labels);
  if (isNotComputable(steps)) return steps;
  const { positives, negatives } = steps;
  if (options.criterion !== "cost" && positives === 0) return notComputable("one-class", "there are no positives");
  if (options.criterion === "youden" && (positives === 0 || negatives === 0))
    return notComputable("one-class", "all labels are the same");
  // A score of +Infinity is called even at the threshold Infinity: then nothing calls none.
  let best = steps.thresholds[0] === Number.POSITIVE_INFINITY ? 0 : -1;
  let most = gain(confusionOf(steps, best));
  for (let step = best + 1; step < steps.thresholds.length; step++) {
    const value = gain(confusionOf(steps, step));
    if (value > most) [best, most] = [step, value];
  }
  const threshold = best < 0 ? Number.POSITIVE_INFINITY : (steps.thresholds[best] as number);
  const value = options.criterion === "cost" ? -most + 0 : most;
  if (!Number.isFinite(value)) return notComputable("out-of-range", "the cost is beyond the largest double");
  return { threshold, value, confusion: confusionOf(steps, best) };
}

/** What is to be as large as possible, of counted decisions; −1 where they do not keep what the criterion asks for. Throws `argument/invalid`. */
export function gainOf(options: ThresholdCriterion): (counts: Confusion) => number {
  requireOneOf("criterion", options?.criterion, criteria);
  if (options.criterion === "cost") {
    const fp = requireNonNegative("falsePositiveCost", options.falsePositiveCost);
    const fn = requireNonNegative("falseNegativeCost", options.falseNegativeCost);
    return (c) => -(fp * c.falsePositives + fn * c.falseNegatives) / rowsOf(c);
  }
  if (options.criterion === "fBeta") {
    const beta = requirePositive("beta", options.beta);
    const share = 1 / (1 + beta * beta);
    return (c) =>
      c.truePositives === 0
        ? 0
        : c.truePositives / (c.truePositives + (1 - share) * c.falseNegatives + share * c.falsePositives);
  }
  if (options.criterion === "recall") {
    const least = requireOpenFraction("precisionAtLeast", options.precisionAtLeast);
    return (c) => (calledOf(c) === 0 ? 0 : precisionOf(c) >= least ? recallOf(c) : -1);
  }
  if (options.criterion === "precision") {
    const least = requireOpenFraction("recallAtLeast", options.recallAtLeast);
    return (c) => (recallOf(c) >= least ? precisionOf(c) : -1);
  }
  // One division: thresholds that are equally good are so to the last bit.
  return ({ truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }) =>
    determinant(tp, fp, fn, tn) / ((tp + fn) * (fp + tn));
}

const criteria = ["cost", "fBeta", "youden", "recall", "precision"] as const;

function calledOf(c: Confusion): number {
  return c.truePositives + c.falsePositives;
}

function precisionOf(c: Confusion): number {
  return c.truePositives / calledOf(c);
}

function recallOf(c: Confusion): number {
  return c.truePositives / (c.truePositives + c.falseNegatives);
}

function rowsOf(c: Confusion): number {
  return c.truePositives + c.falsePositives + c.trueNegatives + c.falseNegatives;
}

function confusionOf(steps: ScoreSteps, step: number): Confusion {
  const truePositives = step < 0 ? 0 : (steps.truePositives[step] as number);
  const falsePositives = step < 0 ? 0 : (steps.falsePositives[step] as number);
  return {
    truePositives,
    falsePositives,
    trueNegatives: steps.negatives - falsePositives,
    falseNegatives: steps.positives - truePositives,
  };
}
