import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import { SluiceError } from "../../core/errors.ts";
import { lineText } from "../../core/line-text.ts";
import { isLoss } from "../evaluation/metric-names.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber, requireText } from "./gate-options.ts";
import { type MetricEnd, metricEnds, readMetric, shown } from "./metric-bound.ts";
import { type OnSmallParts, onSmallParts, withSmallParts } from "./small-parts.ts";
import { slicesToJudge } from "./slices-to-judge.ts";
import { worstSlice } from "./worst-slice.ts";

/** What {@link sliceFloor} asks for: exactly one of `atLeast` and `atMost`. */
export type SliceFloorOptions = (
  | {
      /** What the metric must reach in every slice. */
      readonly atLeast: number;
      readonly atMost?: never;
    }
  | {
      /** What a metric of which lower is better must not exceed in any slice. */
      readonly atMost: number;
      readonly atLeast?: never;
    }
) & {
  /** The column whose slices are judged. */
  readonly column: string;
  /** Which end of the 95% interval must keep the bound. @default "point" (small slices have wide intervals) */
  readonly on?: MetricEnd;
  /** Slices with fewer rows are not judged. @default 1 */
  readonly minRows?: number;
  /** Slices with fewer rows than `minRows`: the gate stays closed (`fail`); or it judges the others, and says which it did not (`report`). @default "fail" */
  readonly small?: OnSmallParts;
};

const optionNames: { readonly [name: string]: "optional" | "required" } = {
  column: "required",
  atLeast: "optional",
  atMost: "optional",
  on: "optional",
  minRows: "optional",
  small: "optional",
};

/**
 * A gate that a metric keeps a bound in every slice of a column: a floor, or a ceiling for a loss. No slice measured, or one not computable, does not pass;
 * neither does one with too few rows, unless `small` says otherwise: such slices are named in the reason. Errors: `definition/invalid`, also for a floor under a
 * loss of the library, or a ceiling over a metric of which higher is better: which one a metric of your own needs, you know.
 *
 * @example
 * ```ts
 * import { sliceFloor } from "sluice/registry";
 * const gates = [sliceFloor("auc", { column: "carrier", atLeast: 0.6 }), sliceFloor("logLoss", { column: "carrier", atMost: 0.7 })];
 * if (gates[1]?.gate !== "sliceFloor:logLoss:carrier") throw new Error("another gate");
 * ```
 */
export function sliceFloor(metric: string, options: SliceFloorOptions): Gate {
  requireGateOptions("sliceFloor", options, optionNames);
  const { column, on = "point", minRows = 1, small = "fail" } = options;
  requireText("sliceFloor", "metric", metric);
  requireText("sliceFloor", "column", column);
  const gate = `sliceFloor:${metric}:${column}`;
  const side = sideOf(gate, metric, options);
  const bound = requireNumber(gate, side, options[side]);
  requireNumber(gate, "minRows", minRows, 1);
  requireChoice(gate, "on", on, metricEnds);
  requireChoice(gate, "small", small, onSmallParts);
  const unmeasured = (reason: string, fix: string): GateOutcome => ({
    gate,
    outcome: "notMeasured",
    reason,
    bound,
    fix,
  });
  return {
    gate,
    params: { metric, column, [side]: bound, on, minRows, small },
    judge: (evidence): GateOutcome => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound) return unmeasured(evaluation.reason, evaluation.fix);
      const slices = slicesToJudge(evaluation.of.slices, column, minRows, evaluation.of.rows);
      if (!slices.bound) return unmeasured(slices.reason, slices.fix);
      const { judged, unjudged } = slices.of;
      const worst = worstSlice(judged, ({ metrics }) => readMetric(metrics, metric, on), side);
      const name = lineText(worst.slice.value);
      const { rows } = worst.slice;
      if (!worst.measured) {
        const fix = `Give the slice more rows; or raise minRows above ${rows}, with small: "report".`;
        return withSmallParts(unmeasured(`${column} = ${name}: ${worst.reason}`, fix), unjudged, small);
      }
      const { value: measured } = worst;
      const reason = `the worst of ${judged.length} slices of "${column}" is ${name}: ${metric} ${shown(measured)} (${on}), needed ${side === "atLeast" ? "≥" : "≤"} ${shown(bound)}`;
      const known = { gate, reason, measured, bound };
      const kept = side === "atLeast" ? measured >= bound : measured <= bound;
      if (kept) return withSmallParts({ ...known, outcome: "pass" }, unjudged, small);
      const fix = `Find out what is different where ${column} = ${name}: more of its rows in training, or other features.`;
      return withSmallParts({ ...known, outcome: "fail", fix }, unjudged, small);
    },
  };
}

/** The side that is bounded: the one on which the metric is worse. */
function sideOf(gate: string, metric: string, { atLeast, atMost }: SliceFloorOptions): "atLeast" | "atMost" {
  const loss = isLoss(metric);
  const needed = loss === undefined ? "one of atLeast and atMost" : loss ? "atMost" : "atLeast";
  const [side, other] = atMost === undefined ? (["atLeast", "atMost"] as const) : (["atMost", "atLeast"] as const);
  const isBoth = atLeast !== undefined && atMost !== undefined;
  const isWrong = loss !== undefined && side !== needed;
  if (!isBoth && !isWrong) return side;
  throw new SluiceError("definition/invalid", {
    found: isBoth ? `both atLeast and atMost of the gate ${gate}` : `${side} of the gate ${gate}`,
    expected: isBoth
      ? `one of them, here ${needed}`
      : `${needed}: of "${metric}" ${loss ? "lower" : "higher"} is better`,
    fix: isBoth ? "Leave the other out." : `Say ${other} in place of ${side}.`,
  });
}
