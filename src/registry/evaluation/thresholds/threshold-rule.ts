import type { ThresholdCriterion } from "../../../stats/quality/binary/best-threshold.ts";

/** What a threshold is chosen by, in words. */
export function ruleText(rule: ThresholdCriterion): string {
  switch (rule.criterion) {
    case "cost":
      return `cost(false positive ${rule.falsePositiveCost}, false negative ${rule.falseNegativeCost})`;
    case "fBeta":
      return rule.beta === 1 ? "f1" : `f${rule.beta}`;
    case "youden":
      return "youden";
    case "recall":
      return `recall where precision ≥ ${rule.precisionAtLeast}`;
    default:
      return `precision where recall ≥ ${rule.recallAtLeast}`;
  }
}
