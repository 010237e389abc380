import type { Gate } from "../../contracts/gate.ts";
import { SluiceError } from "../../core/errors.ts";
import { type MetricEnd, readMetric, shown } from "./metric-bound.ts";

/** The bound of {@link threshold}: exactly one of `atLeast` and `atMost`. */
export type ThresholdOptions = (
  | { readonly atLeast: number; readonly atMost?: never }
  | { readonly atMost: number; readonly atLeast?: never }
) & {
  /** Which end of the metric's 95% interval must keep the bound. @default the conservative one: "lower" for atLeast, "upper" for atMost */
  readonly on?: MetricEnd;
};

/**
 * A gate that a metric of the evaluation must keep a bound. A metric that is missing, not computable or not finite does not pass.
 * Errors: `definition/invalid` for a bound that is not finite.
 *
 * @example
 * ```ts
 * import { threshold } from "sluice/registry";
 * const gate = threshold("auc", { atLeast: 0.65 });
 * if (gate.gate !== "threshold:auc") throw new Error(gate.gate);
 * ```
 */
export function threshold(metric: string, options: ThresholdOptions): Gate {
  const low = options.atLeast !== undefined;
  const bound = options.atLeast ?? options.atMost;
  if (bound === undefined || !Number.isFinite(bound)) {
    throw new SluiceError("definition/invalid", {
      found: `a threshold of ${String(bound)} for "${metric}"`,
      expected: "a finite atLeast or atMost",
      fix: "Give the gate a bound.",
    });
  }
  const on = options.on ?? (low ? "lower" : "upper");
  const gate = `threshold:${metric}`;
  return {
    gate,
    params: { metric, on, bound, side: low ? "atLeast" : "atMost" },
    judge: (evidence) => {
      const reading = readMetric(evidence.evaluation?.metrics, metric, on);
      if (!reading.measured) return { gate, outcome: "notMeasured", reason: reading.reason, bound };
      const kept = low ? reading.value >= bound : reading.value <= bound;
      const sentence = `${metric} ${shown(reading.value)} (${on}, n = ${reading.estimate.n}), needed ${low ? "≥" : "≤"} ${shown(bound)}`;
      return { gate, outcome: kept ? "pass" : "fail", reason: sentence, measured: reading.value, bound };
    },
  };
}
