import { SluiceError } from "../../core/errors.ts";
import { auc } from "./auc.ts";
import { brier } from "./brier.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import { logLoss } from "./log-loss.ts";
import { shareAtThreshold } from "./share-at-threshold.ts";

const plain: readonly EvaluationMetric[] = [auc, logLoss, brier];
const shares = ["accuracy", "precision", "recall"] as const;

/** The metric of a name: `auc`, `logLoss`, `brier`, `accuracy@0.5`, `precision@0.5`, `recall@0.5`. Errors: `definition/invalid`. */
export function metricByName(name: string): EvaluationMetric {
  const known = plain.find((metric) => metric.name === name);
  if (known !== undefined) return known;
  const [kind, at] = name.split("@");
  const share = shares.find((one) => one === kind);
  const threshold = Number(at);
  if (share !== undefined && threshold > 0 && threshold < 1 && name === `${share}@${threshold}`)
    return shareAtThreshold(share, threshold);
  throw new SluiceError("definition/invalid", {
    found: `the metric "${name}"`,
    expected: "auc, logLoss, brier, or accuracy, precision, recall at a threshold, as in accuracy@0.5",
    fix: "Name one of them, spelled so.",
  });
}
