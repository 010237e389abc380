import type { Gate } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { comparisonOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber } from "./gate-options.ts";
import { judgeReading } from "./judge-reading.ts";
import { type MetricEnd, metricEnds, readMetric } from "./metric-bound.ts";
import { withoutChampion } from "./without-champion.ts";

/** What {@link predictionStability} asks for. */
export interface PredictionStabilityOptions {
  /** The largest distance from the champion's predictions, in the measure's unit. */
  readonly atMost: number;
  /** The share of decisions that change, the mean absolute difference, or the population stability index. @default "changedDecisions" */
  readonly measure?: "changedDecisions" | "meanAbsoluteDifference" | "psi";
  /** Which end of the 95% interval must keep the bound. @default "upper" */
  readonly on?: MetricEnd;
  /** Whether the first model passes where there is no champion, given at least one approval. @default "refuse" */
  readonly first?: "allow" | "refuse";
}

const optionNames: OptionNames<PredictionStabilityOptions> = {
  atMost: "required",
  measure: "optional",
  on: "optional",
  first: "optional",
};

/**
 * A gate that the model does not predict all too differently from the present champion, on the same rows. Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { predictionStability } from "sluice/registry";
 * const gate = predictionStability({ atMost: 0.2 });
 * if (gate.gate !== "predictionStability:changedDecisions") throw new Error(gate.gate);
 * ```
 */
export function predictionStability(options: PredictionStabilityOptions): Gate {
  requireGateOptions("predictionStability", options, optionNames);
  const { atMost: bound, measure = "changedDecisions", on = "upper", first = "refuse" } = options;
  requireChoice("predictionStability", "measure", measure, ["changedDecisions", "meanAbsoluteDifference", "psi"]);
  const gate = `predictionStability:${measure}`;
  requireNumber(gate, "atMost", bound, 0);
  requireChoice(gate, "on", on, metricEnds);
  requireChoice(gate, "first", first, ["allow", "refuse"]);
  return {
    gate,
    params: { measure, atMost: bound, on, first },
    judge: (evidence) => {
      const { champion } = evidence;
      if (champion === null) return withoutChampion(gate, first, evidence);
      const comparison = comparisonOf(evidence, champion);
      if (!comparison.bound)
        return { gate, outcome: "notMeasured", reason: comparison.reason, bound, fix: comparison.fix };
      return judgeReading(readMetric(comparison.of.stability, measure, on), {
        gate,
        metric: measure,
        side: "atMost",
        bound,
        on,
        measure: "Evaluate against the champion with stability measured.",
        improve: "Look at the rows whose predictions change; a wanted change needs a wider bound.",
      });
    },
  };
}
