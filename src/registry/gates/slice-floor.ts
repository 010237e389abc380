import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber, requireText } from "./gate-options.ts";
import { type MetricEnd, metricEnds, readMetric, shown } from "./metric-bound.ts";
import { type OnSmallParts, onSmallParts, withSmallParts } from "./small-parts.ts";
import { slicesToJudge } from "./slices-to-judge.ts";
import { worstSlice } from "./worst-slice.ts";

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
  /** Slices with fewer rows than `minRows`: the gate stays closed (`fail`); or it judges the others, and says which it did not (`report`). @default "fail" */
  readonly small?: OnSmallParts;
}

const optionNames: OptionNames<SliceFloorOptions> = {
  column: "required",
  atLeast: "required",
  on: "optional",
  minRows: "optional",
  small: "optional",
};

/**
 * A gate that a metric must reach a floor in every slice of a column. No slice measured, or one not computable, does not pass; neither does one with too
 * few rows, unless `small` says otherwise: such slices are named in the reason. Errors: `definition/invalid`.
 */
export function sliceFloor(metric: string, options: SliceFloorOptions): Gate {
  requireGateOptions("sliceFloor", options, optionNames);
  const { column, atLeast, on = "point", minRows = 1, small = "fail" } = options;
  requireText("sliceFloor", "metric", metric);
  requireText("sliceFloor", "column", column);
  const gate = `sliceFloor:${metric}:${column}`;
  requireNumber(gate, "atLeast", atLeast);
  requireNumber(gate, "minRows", minRows, 1);
  requireChoice(gate, "on", on, metricEnds);
  requireChoice(gate, "small", small, onSmallParts);
  const unmeasured = (reason: string, fix: string): GateOutcome => ({
    gate,
    outcome: "notMeasured",
    reason,
    bound: atLeast,
    fix,
  });
  return {
    gate,
    params: { metric, column, atLeast, on, minRows, small },
    judge: (evidence): GateOutcome => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound) return unmeasured(evaluation.reason, evaluation.fix);
      const slices = slicesToJudge(evaluation.of.slices, column, minRows, evaluation.of.rows);
      if (!slices.bound) return unmeasured(slices.reason, slices.fix);
      const { judged, unjudged } = slices.of;
      const worst = worstSlice(judged, ({ metrics }) => readMetric(metrics, metric, on));
      const { value: name, rows } = worst.slice;
      if (!worst.measured) {
        const fix = `Give the slice more rows; or raise minRows above ${rows}, with small: "report".`;
        return withSmallParts(unmeasured(`${column} = ${name}: ${worst.reason}`, fix), unjudged, small);
      }
      const { value: measured } = worst;
      const reason = `the worst of ${judged.length} slices of "${column}" is ${name}: ${metric} ${shown(measured)} (${on}), needed ≥ ${shown(atLeast)}`;
      const known = { gate, reason, measured, bound: atLeast };
      if (measured >= atLeast) return withSmallParts({ ...known, outcome: "pass" }, unjudged, small);
      const fix = `Find out what is different where ${column} = ${name}: more of its rows in training, or other features.`;
      return withSmallParts({ ...known, outcome: "fail", fix }, unjudged, small);
    },
  };
}
