import { SluiceError } from "../../core/errors.ts";
import type { TaskKind } from "../../contracts/evaluation-detail.ts";

/** The metrics of each kind that have no parameter, the defaults first. */
export const plainMetrics: { readonly [kind in TaskKind]: readonly string[] } = {
  binary: ["auc", "averagePrecision", "logLoss", "brier"],
  multiclass: [
    ...["accuracy", "balancedAccuracy", "macroF1", "weightedF1", "mcc", "logLoss", "brier", "macroAuc"],
    ...["macroPrecision", "macroRecall", "weightedPrecision", "weightedRecall", "kappa"],
  ],
  regression: ["rmse", "mae", "r2", "wape", "mape", "smape", "mse"],
};

/** The metrics of each kind with a number behind `@`, and what that number may be. */
export const metricsAt: { readonly [kind in TaskKind]: { readonly [name: string]: (at: number) => boolean } } = {
  binary: Object.fromEntries(
    ["accuracy", "precision", "recall", "specificity", "f1", "balancedAccuracy", "mcc", "kappa"].map((name) => [
      name,
      isFraction,
    ]),
  ),
  multiclass: { topAccuracy: (at) => Number.isSafeInteger(at) && at >= 1 },
  regression: { quantileLoss: isFraction },
};

/** What is measured where no metric is named. */
export const defaultMetrics: { readonly [kind in TaskKind]: readonly string[] } = {
  binary: [...plainMetrics.binary, ...["accuracy@0.5", "precision@0.5", "recall@0.5", "f1@0.5", "mcc@0.5"]],
  multiclass: ["logLoss", "accuracy", "balancedAccuracy", "macroF1", "weightedF1", "mcc", "macroAuc"],
  regression: ["rmse", "mae", "r2", "wape"],
};

const losses: ReadonlySet<string> = new Set([
  "logLoss",
  "brier",
  "rmse",
  "mae",
  "wape",
  "mape",
  "smape",
  "mse",
  "quantileLoss",
]);

/** Whether lower is better of a metric of the library; `undefined` of another name. */
export function isLoss(name: string): boolean | undefined {
  return kindsOfMetric(name).length === 0 ? undefined : losses.has(name.split("@")[0] ?? name);
}

/** How the names of metrics begin that are functions of the host's own. */
export const customPrefix = "custom:";

/** The kinds of which a name is a metric of the library. */
export function kindsOfMetric(name: string): readonly TaskKind[] {
  const kinds: readonly TaskKind[] = ["binary", "multiclass", "regression"];
  return kinds.filter((kind) => plainMetrics[kind].includes(name) || parameterOf(kind, name) !== undefined);
}

/** The name before `@` and the number behind it, of a metric of that kind; `undefined` for another name or number. */
export function parameterOf(kind: TaskKind, name: string): { readonly name: string; readonly at: number } | undefined {
  const [plain = "", text] = name.split("@");
  const at = Number(text);
  const fits = Object.hasOwn(metricsAt[kind], plain) && metricsAt[kind][plain]?.(at) === true;
  return fits && name === `${plain}@${at}` ? { name: plain, at } : undefined;
}

/** Refuses a name that is neither a metric of the library nor a custom one. Errors: `definition/invalid`. */
export function requireMetricName(name: string): void {
  if (name.startsWith(customPrefix) || kindsOfMetric(name).length > 0) return;
  throw noMetric(name);
}

/** The error of a name that is no metric, or none of that kind. */
export function noMetric(name: string, kind?: TaskKind): SluiceError {
  const kinds: readonly TaskKind[] = kind === undefined ? ["binary", "multiclass", "regression"] : [kind];
  const known = kinds.map(
    (one) => `${one}: ${[...plainMetrics[one], ...Object.keys(metricsAt[one]).map((at) => `${at}@…`)].join(", ")}`,
  );
  return new SluiceError("definition/invalid", {
    found: `the metric "${name}"${kind === undefined ? "" : ` of a ${kind} model`}`,
    expected: `${known.join("; ")}, as in accuracy@0.5; or a metric of your own, made by metric(), whose name begins with ${customPrefix}`,
    fix: "Name one of them, spelled so.",
  });
}

function isFraction(at: number): boolean {
  return at > 0 && at < 1;
}
