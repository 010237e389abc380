import type { LatencyMeasurement } from "../../contracts/evaluation-report.ts";
import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber } from "./gate-options.ts";
import { shown } from "./metric-bound.ts";

/** What {@link latencyBudget} asks for. */
export interface LatencyBudgetOptions {
  /** The longest a call may take, in milliseconds. */
  readonly atMostMs: number;
  /** Of how many calls that holds. @default "p95" */
  readonly quantile?: "p50" | "p95" | "p99";
  /** Fewer calls are not a measurement. @default 100 */
  readonly minCalls?: number;
}

const optionNames: OptionNames<LatencyBudgetOptions> = {
  atMostMs: "required",
  quantile: "optional",
  minCalls: "optional",
};

/**
 * A gate that predicting takes no longer than a budget, as the evaluation measured it. Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { latencyBudget } from "sluice/registry";
 * if (latencyBudget({ atMostMs: 10 }).gate !== "latencyBudget:p95") throw new Error("another gate");
 * ```
 */
export function latencyBudget(options: LatencyBudgetOptions): Gate {
  requireGateOptions("latencyBudget", options, optionNames);
  const { atMostMs: bound, quantile = "p95", minCalls = 100 } = options;
  requireChoice("latencyBudget", "quantile", quantile, ["p50", "p95", "p99"]);
  const gate = `latencyBudget:${quantile}`;
  requireNumber(gate, "atMostMs", bound, 0);
  requireNumber(gate, "minCalls", minCalls, 1);
  const unmeasured = (reason: string, fix: string): GateOutcome => ({
    gate,
    outcome: "notMeasured",
    reason,
    bound,
    fix,
  });
  return {
    gate,
    params: { atMostMs: bound, quantile, minCalls },
    judge: (evidence): GateOutcome => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound) return unmeasured(evaluation.reason, evaluation.fix);
      const { latency } = evaluation.of;
      const fix = `Evaluate with latency: true, or { calls: … } of at least ${minCalls}.`;
      if (latency === undefined || latency === null) return unmeasured("latency was not measured", fix);
      if (!(Number.isFinite(latency.calls) && latency.calls >= minCalls))
        return unmeasured(`latency was measured over ${latency.calls} calls, fewer than ${minCalls}`, fix);
      if (!isOrdered(latency)) return unmeasured("the quantiles of latency are no ascending numbers", fix);
      const measured = latency[`${quantile}Ms`];
      const reason = `${quantile} of ${latency.calls} calls: ${shown(measured)} ms, needed ≤ ${shown(bound)} ms`;
      if (measured <= bound) return { gate, outcome: "pass", reason, measured, bound };
      return { gate, outcome: "fail", reason, measured, bound, fix: "Make the model smaller, or its runtime faster." };
    },
  };
}

function isOrdered({ p50Ms, p95Ms, p99Ms }: LatencyMeasurement): boolean {
  const all = [0, p50Ms, p95Ms, p99Ms];
  return all.every((ms, i) => Number.isFinite(ms) && ms >= (all[i - 1] ?? 0));
}
