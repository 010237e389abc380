import type { EvaluationMetric } from "./evaluation-metric.ts";
import { noMetric, parameterOf } from "./metric-names.ts";
import { auc } from "./metrics/auc.ts";
import { averagePrecision } from "./metrics/average-precision.ts";
import { brier } from "./metrics/brier.ts";
import { classBrier, classLogLoss, topAccuracy } from "./metrics/class-losses.ts";
import { classMetrics } from "./metrics/class-metric.ts";
import { type DecisionName, decisionMetric } from "./metrics/decision-metric.ts";
import { logLoss } from "./metrics/log-loss.ts";
import { macroAuc } from "./metrics/macro-auc.ts";
import { numberMetrics, quantileLoss } from "./metrics/number-metric.ts";
import { type ShareName, shareAtThreshold } from "./metrics/share-at-threshold.ts";
import type { TaskKind } from "../../contracts/evaluation-detail.ts";

const plain: { readonly [kind in TaskKind]: readonly EvaluationMetric[] } = {
  binary: [auc, averagePrecision, logLoss, brier],
  multiclass: [...classMetrics, classLogLoss, classBrier, macroAuc],
  regression: numberMetrics,
};

const shares: ReadonlySet<string> = new Set<ShareName>(["accuracy", "precision", "recall", "specificity"]);

/** The library's metric of a name, for a kind of model: `auc`, `f1@0.5`, `macroF1`, `rmse`. Errors: `definition/invalid`. */
export function metricByName(name: string, kind: TaskKind = "binary"): EvaluationMetric {
  const known = plain[kind].find((metric) => metric.name === name);
  if (known !== undefined) return known;
  const found = parameterOf(kind, name);
  if (found === undefined) throw noMetric(name, kind);
  if (kind === "regression") return quantileLoss(found.at);
  if (kind === "multiclass") return topAccuracy(found.at);
  return shares.has(found.name)
    ? shareAtThreshold(found.name as ShareName, found.at)
    : decisionMetric(found.name as DecisionName, found.at);
}
