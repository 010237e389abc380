import type { FairnessMeasurement } from "../../contracts/evaluation-report.ts";
import type { Gate } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber, requireText } from "./gate-options.ts";
import { judgeReading } from "./judge-reading.ts";
import { type MetricEnd, metricEnds, readMetric } from "./metric-bound.ts";

/** What {@link fairnessBound} asks for. */
export interface FairnessBoundOptions {
  /** The column whose groups are compared. */
  readonly column: string;
  /** The largest difference between two groups, in [0, 1]. */
  readonly atMost: number;
  /** Of the shares called positive (`demographicParityDifference`), or of true and false positive rates. @default "equalisedOddsDifference" */
  readonly measure?: "demographicParityDifference" | "equalisedOddsDifference";
  /** Which end of the 95% interval must keep the bound. @default "upper" */
  readonly on?: MetricEnd;
}

const optionNames: OptionNames<FairnessBoundOptions> = {
  column: "required",
  atMost: "required",
  measure: "optional",
  on: "optional",
};

/**
 * A gate that the groups of a column are treated alike, within a bound. A column with fewer than two groups is not a measurement.
 * Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { fairnessBound } from "sluice/registry";
 * const gate = fairnessBound({ column: "sex", atMost: 0.1 });
 * if (gate.gate !== "fairnessBound:equalisedOddsDifference:sex") throw new Error(gate.gate);
 * ```
 */
export function fairnessBound(options: FairnessBoundOptions): Gate {
  requireGateOptions("fairnessBound", options, optionNames);
  const { column, atMost: bound, measure = "equalisedOddsDifference", on = "upper" } = options;
  const gate = `fairnessBound:${measure}:${column}`;
  requireText(gate, "column", column);
  requireChoice(gate, "measure", measure, ["demographicParityDifference", "equalisedOddsDifference"]);
  requireNumber(gate, "atMost", bound, 0);
  requireChoice(gate, "on", on, metricEnds);
  return {
    gate,
    params: { column, measure, atMost: bound, on },
    judge: (evidence) => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound)
        return { gate, outcome: "notMeasured", reason: evaluation.reason, bound, fix: evaluation.fix };
      const metrics = onlyOf(evaluation.of.fairness, column)?.metrics;
      return judgeReading(readMetric(metrics, measure, on), {
        gate,
        metric: measure,
        side: "atMost",
        bound,
        on,
        measure: `Evaluate with fairness measured for "${column}", which needs at least two groups.`,
        improve: `Find out which groups of "${column}" differ; another threshold, more of their rows, or other features.`,
      });
    },
  };
}

/** The one measurement of a column with at least two groups. */
function onlyOf(measured: readonly FairnessMeasurement[] | undefined, column: string): FairnessMeasurement | undefined {
  const found = (measured ?? []).filter((one) => one.column === column);
  const [only] = found;
  const enough = only !== undefined && Number.isSafeInteger(only.groups) && only.groups >= 2;
  return found.length === 1 && enough ? only : undefined;
}
