import type { Gate } from "../../contracts/gate.ts";
import { SluiceError } from "../../core/errors.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber, requireText } from "./gate-options.ts";
import { judgeReading } from "./judge-reading.ts";
import { type MetricEnd, metricEnds, readMetric } from "./metric-bound.ts";

/** The bound of {@link threshold}: exactly one of `atLeast` and `atMost`. */
export type ThresholdOptions = (
  | { readonly atLeast: number; readonly atMost?: never }
  | { readonly atMost: number; readonly atLeast?: never }
) & {
  /** Which end of the metric's 95% interval must keep the bound. @default the conservative one: "lower" for atLeast, "upper" for atMost */
  readonly on?: MetricEnd;
};

const optionNames: { readonly [name: string]: "optional" } = {
  atLeast: "optional",
  atMost: "optional",
  on: "optional",
};

/**
 * A gate that a metric of the evaluation must keep a bound. A metric that is missing, not computable or not finite does not pass.
 * Errors: `definition/invalid` for a bound that is not finite, or two. A policy whose only bound on a metric of the library is on the side where the metric is
 * better (`atLeast` of a loss) is refused, since every worse model would pass.
 *
 * @example
 * ```ts
 * import { threshold } from "sluice/registry";
 * const gate = threshold("auc", { atLeast: 0.65 });
 * if (gate.gate !== "threshold:auc") throw new Error(gate.gate);
 * ```
 */
export function threshold(metric: string, options: ThresholdOptions): Gate {
  requireGateOptions("threshold", options, optionNames);
  const gate = `threshold:${requireText("threshold", "metric", metric)}`;
  if (options.atLeast !== undefined && options.atMost !== undefined) {
    throw new SluiceError("definition/invalid", {
      found: `both atLeast and atMost of the gate ${gate}`,
      expected: "one of them",
      fix: "Use two gates for a range.",
    });
  }
  const side = options.atLeast !== undefined ? "atLeast" : "atMost";
  const bound = requireNumber(gate, side, options[side]);
  const on = requireChoice(gate, "on", options.on ?? (side === "atLeast" ? "lower" : "upper"), metricEnds);
  return {
    gate,
    params: { metric, on, [side]: bound },
    judge: (evidence) => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound)
        return { gate, outcome: "notMeasured", reason: evaluation.reason, bound, fix: evaluation.fix };
      return judgeReading(readMetric(evaluation.of.metrics, metric, on), {
        gate,
        metric,
        side,
        bound,
        on,
        measure: `Evaluate with "${metric}" among the metrics, on rows that it can be computed on.`,
        improve: "Improve the model, or evaluate on more rows to narrow the interval.",
      });
    },
  };
}
