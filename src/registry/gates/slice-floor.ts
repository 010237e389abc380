import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber, requireText } from "./gate-options.ts";
import { type MetricEnd, metricEnds, readMetric, shown } from "./metric-bound.ts";
import { slicesToJudge } from "./slices-to-judge.ts";

/** What {@link sliceFloor} asks for. */
export interface SliceFloorOptions {
  /** The column whose slices are judged. */
  readonly column: string;
  /** What the metric must reach in every slice. */
  readonly atLeast: number;
  /** Which end of the 95% interval must reach it. @default "point" (small slices have wide intervals) */
  readonly on?: MetricEnd;
  /** Slices with fewer rows are not judged. @default 1 */
  readonly minRows?: number;
}

const optionNames: OptionNames<SliceFloorOptions> = {
  column: "required",
  atLeast: "required",
  on: "optional",
  minRows: "optional",
};

/**
 * A gate that a metric must reach a floor in every slice of a column. No slice measured, or one not computable, does not pass.
 * Errors: `definition/invalid`.
 */
export function sliceFloor(metric: string, options: SliceFloorOptions): Gate {
  requireGateOptions("sliceFloor", options, optionNames);
  const { column, atLeast, on = "point", minRows = 1 } = options;
  requireText("sliceFloor", "metric", metric);
  requireText("sliceFloor", "column", column);
  const gate = `sliceFloor:${metric}:${column}`;
  requireNumber(gate, "atLeast", atLeast);
  requireNumber(gate, "minRows", minRows, 1);
  requireChoice(gate, "on", on, metricEnds);
  const unmeasured = (reason: string, fix: string): GateOutcome => ({
    gate,
    outcome: "notMeasured",
    reason,
    bound: atLeast,
    fix,
  });
  return {
    gate,
    params: { metric, column, atLeast, on, minRows },
    judge: (evidence): GateOutcome => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound) return unmeasured(evaluation.reason, evaluation.fix);
      const slices = slicesToJudge(evaluation.of.slices, column, minRows, evaluation.of.rows);
      if (!slices.bound) return unmeasured(slices.reason, slices.fix);
      let worst = { value: Number.POSITIVE_INFINITY, slice: "none" };
      for (const slice of slices.of) {
        const reading = readMetric(slice.metrics, metric, on);
        const fix = `Give the slice more rows, or raise minRows above ${slice.rows}.`;
        if (!reading.measured) return unmeasured(`${column} = ${slice.value}: ${reading.reason}`, fix);
        if (reading.value < worst.value) worst = { value: reading.value, slice: slice.value };
      }
      const { value, slice } = worst;
      const reason = `the worst of ${slices.of.length} slices of "${column}" is ${slice}: ${metric} ${shown(value)} (${on}), needed ≥ ${shown(atLeast)}`;
      if (value >= atLeast) return { gate, outcome: "pass", reason, measured: value, bound: atLeast };
      const fix = `Find out what is different where ${column} = ${slice}: more of its rows in training, or other features.`;
      return { gate, outcome: "fail", reason, measured: value, bound: atLeast, fix };
    },
  };
}
