import type { Gate } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber } from "./gate-options.ts";
import { judgeReading } from "./judge-reading.ts";
import { type MetricEnd, metricEnds, readMetric } from "./metric-bound.ts";

/** What {@link calibrationBound} asks for. */
export interface CalibrationBoundOptions {
  /** The largest calibration error, in [0, 1]. */
  readonly atMost: number;
  /** The expected (`ece`) or the largest (`mce`) calibration error. @default "ece" */
  readonly measure?: "ece" | "mce";
  /** Which end of the 95% interval must keep the bound. @default "upper" */
  readonly on?: MetricEnd;
}

const optionNames: OptionNames<CalibrationBoundOptions> = { atMost: "required", measure: "optional", on: "optional" };

/**
 * A gate that predicted probabilities are what they say: the calibration error keeps a bound. Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { calibrationBound } from "sluice/registry";
 * if (calibrationBound({ atMost: 0.05 }).gate !== "calibrationBound:ece") throw new Error("another gate");
 * ```
 */
export function calibrationBound(options: CalibrationBoundOptions): Gate {
  requireGateOptions("calibrationBound", options, optionNames);
  const { atMost: bound, measure = "ece", on = "upper" } = options;
  requireChoice("calibrationBound", "measure", measure, ["ece", "mce"]);
  const gate = `calibrationBound:${measure}`;
  requireNumber(gate, "atMost", bound, 0);
  requireChoice(gate, "on", on, metricEnds);
  return {
    gate,
    params: { measure, atMost: bound, on },
    judge: (evidence) => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound)
        return { gate, outcome: "notMeasured", reason: evaluation.reason, bound, fix: evaluation.fix };
      return judgeReading(readMetric(evaluation.of.calibration, measure, on), {
        gate,
        metric: measure,
        side: "atMost",
        bound,
        on,
        measure: "Evaluate with calibration measured.",
        improve: "Calibrate the model's probabilities on rows of their own.",
      });
    },
  };
}
