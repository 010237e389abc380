import type { MonitorSignal, MonitorThreshold } from "../../contracts/monitor.ts";
import type { Outcome } from "../../contracts/prediction-log.ts";
import { refusedArgument, requireMade } from "../../core/known-arguments.ts";
import { isNotComputable, type NotComputable } from "../../stats/not-computable.ts";
import { aucInterval } from "../../stats/quality/binary/auc-interval.ts";
import { brierScore, logLoss } from "../../stats/quality/probabilistic/probability-losses.ts";
import { rowBrierLoss, rowLogLoss } from "../../stats/quality/probabilistic/row-losses.ts";
import { outputOfWindow, type PredictionWindow } from "../prediction-window.ts";
import { requireBound } from "./require-bound.ts";
import type { WindowVerdict } from "../window-verdict.ts";

type PerformanceSignal = Extract<MonitorSignal, { readonly kind: "performance" }>;
type Bound = Extract<MonitorThreshold, { readonly kind: "bound" }>;
type Estimate = { readonly value: number; readonly lower: number; readonly upper: number };

/**
 * Judges the predictions of a window by their delayed labels. It is bad when the metric's whole 95% interval lies outside the bound,
 * and `insufficient`, never "ok", while fewer than `minCoverage` of the predictions are labelled. Errors: `argument/invalid`.
 */
export function judgePerformance(
  window: PredictionWindow,
  signal: PerformanceSignal,
  bound: Bound,
  outcomes: ReadonlyMap<string, Outcome>,
): WindowVerdict {
  const call = "judgePerformance()";
  requireMade(call, window, {
    what: "a window of predictions",
    by: "predictions are put into it",
    members: { rows: "list" },
  });
  requireMade(call, signal, {
    what: "the signal of a performance monitor",
    by: "{ kind, metric, output, outcome, labelDelay }",
    members: { metric: "text", output: "text", outcome: "text" },
  });
  requireBound(call, bound);
  if (!(outcomes instanceof Map))
    throw refusedArgument(call, "outcomes", outcomes, "a Map of outcomes by prediction's id");
  const output = outputOfWindow(window, signal.output);
  if (output === undefined) return insufficient(`the predictions have no output "${signal.output}"`, {});
  const { scores, labels } = labelled(window, output.values, outcomes, signal.outcome);
  const coverage = scores.length / window.rows.length;
  if (coverage < bound.minCoverage) {
    return insufficient(
      `${percent(coverage)} of the predictions are labelled, ${percent(bound.minCoverage)} are needed`,
      { coverage },
    );
  }
  const estimate = measure(signal.metric, scores, labels);
  if (isNotComputable(estimate)) return insufficient(`${signal.metric}: ${estimate.detail}`, { coverage });
  const measured = { [signal.metric]: estimate.value, lower: estimate.lower, upper: estimate.upper, coverage };
  const interval = `${signal.metric} ${estimate.value.toFixed(4)} [${estimate.lower.toFixed(4)}, ${estimate.upper.toFixed(4)}]`;
  if (bound.min !== undefined && estimate.upper < bound.min)
    return { outcome: "bad", reason: `${interval} lies below ${bound.min}`, measured };
  if (bound.max !== undefined && estimate.lower > bound.max)
    return { outcome: "bad", reason: `${interval} lies above ${bound.max}`, measured };
  return { outcome: "ok", reason: `${interval} at ${percent(coverage)} coverage`, measured };
}

function labelled(
  window: PredictionWindow,
  outputs: Float64Array,
  outcomes: ReadonlyMap<string, Outcome>,
  name: string,
): { readonly scores: number[]; readonly labels: number[] } {
  const scores: number[] = [];
  const labels: number[] = [];
  for (const [index, { batch, row }] of window.rows.entries()) {
    const value = outcomes.get(batch.ids[row] ?? "")?.values[name];
    if (value === undefined) continue;
    scores.push(outputs[index] ?? Number.NaN);
    labels.push(Number(value));
  }
  return { scores, labels };
}

function measure(
  metric: PerformanceSignal["metric"],
  scores: readonly number[],
  labels: readonly number[],
): Estimate | NotComputable {
  if (metric === "auc") return aucInterval(scores, labels);
  const [mean, rowLoss] = metric === "brier" ? [brierScore, rowBrierLoss] : [logLoss, rowLogLoss];
  const whole = mean(scores, labels);
  if (isNotComputable(whole)) return whole;
  // Loss by row, for the spread of the mean (normal approximation).
  let squares = 0;
  for (const [row, score] of scores.entries()) squares += (rowLoss(score, labels[row] ?? 0) - whole.value) ** 2;
  const half = (1.959963984540054 * Math.sqrt(squares / Math.max(1, scores.length - 1))) / Math.sqrt(scores.length);
  return { value: whole.value, lower: whole.value - half, upper: whole.value + half };
}

function insufficient(reason: string, measured: { readonly [name: string]: number }): WindowVerdict {
  return { outcome: "insufficient", reason, measured };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
