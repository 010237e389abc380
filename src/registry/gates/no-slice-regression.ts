import type { ChampionComparison, EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import { lineText } from "../../core/line-text.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { comparisonOf, evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber, requireText } from "./gate-options.ts";
import { type MetricEnd, metricEnds, type MetricReading, readEstimate, shown } from "./metric-bound.ts";
import { type OnSmallParts, onSmallParts, withSmallParts } from "./small-parts.ts";
import { slicesToJudge } from "./slices-to-judge.ts";
import { withoutChampion } from "./without-champion.ts";
import { worstSlice } from "./worst-slice.ts";

/** What {@link noSliceRegression} asks for. */
export interface NoSliceRegressionOptions {
  /** The column whose slices are compared. */
  readonly column: string;
  /** How much worse than the champion a slice may be, in the metric's unit, at least 0. @default 0 */
  readonly margin?: number;
  /** Which end of the difference's 95% interval is judged. @default "lower" */
  readonly on?: MetricEnd;
  /** Slices with fewer rows are not judged. @default 1 */
  readonly minRows?: number;
  /** Slices with fewer rows than `minRows`: the gate stays closed (`fail`); or it judges the others, and says which it did not (`report`). @default "fail" */
  readonly small?: OnSmallParts;
  /** Whether the first model passes where there is no champion, given at least one approval. @default "refuse" */
  readonly first?: "allow" | "refuse";
}

const optionNames: OptionNames<NoSliceRegressionOptions> = {
  column: "required",
  margin: "optional",
  on: "optional",
  minRows: "optional",
  small: "optional",
  first: "optional",
};

/**
 * A gate that in no slice of a column the model is worse than the present champion by more than a margin. Every slice of the report must have
 * been compared, and have enough rows, unless `small` says otherwise: slices of too few rows are named in the reason. Errors: `definition/invalid`.
 *
 * @example
 * ```ts
 * import { noSliceRegression } from "sluice/registry";
 * const gate = noSliceRegression("auc", { column: "carrier", margin: 0.02, minRows: 200 });
 * if (gate.gate !== "noSliceRegression:auc:carrier") throw new Error(gate.gate);
 * ```
 */
export function noSliceRegression(metric: string, options: NoSliceRegressionOptions): Gate {
  requireGateOptions("noSliceRegression", options, optionNames);
  const { column, margin = 0, on = "lower", minRows = 1, small = "fail", first = "refuse" } = options;
  requireText("noSliceRegression", "metric", metric);
  requireText("noSliceRegression", "column", column);
  const gate = `noSliceRegression:${metric}:${column}`;
  requireNumber(gate, "margin", margin, 0);
  requireNumber(gate, "minRows", minRows, 1);
  requireChoice(gate, "on", on, metricEnds);
  requireChoice(gate, "small", small, onSmallParts);
  requireChoice(gate, "first", first, ["allow", "refuse"]);
  const bound = 0 - margin;
  const unmeasured = (reason: string, fix: string): GateOutcome => ({
    gate,
    outcome: "notMeasured",
    reason,
    bound,
    fix,
  });
  return {
    gate,
    params: { metric, column, margin, on, minRows, small, first },
    judge: (evidence): GateOutcome => {
      const { champion } = evidence;
      if (champion === null) return withoutChampion(gate, first, evidence);
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound) return unmeasured(evaluation.reason, evaluation.fix);
      const comparison = comparisonOf(evidence, champion);
      if (!comparison.bound) return unmeasured(comparison.reason, comparison.fix);
      const slices = slicesToJudge(evaluation.of.slices, column, minRows, evaluation.of.rows);
      if (!slices.bound) return unmeasured(slices.reason, slices.fix);
      if (comparison.of.metric !== metric)
        return unmeasured(
          `no comparison of "${metric}" with the champion was made`,
          `Evaluate with compareOn: "${metric}".`,
        );
      const { judged, unjudged } = slices.of;
      const worst = worstSlice(judged, (slice) => differenceIn(comparison.of, slice, metric, on), "atLeast");
      const answer = worst.measured
        ? verdict(gate, {
            metric,
            column,
            bound,
            on,
            count: judged.length,
            value: worst.value,
            slice: lineText(worst.slice.value),
          })
        : unmeasured(
            `${column} = ${lineText(worst.slice.value)}: ${worst.reason}`,
            `Evaluate against the champion with slices: ["${column}"], and enough rows in each.`,
          );
      return withSmallParts(answer, unjudged, small);
    },
  };
}

function differenceIn(
  comparison: ChampionComparison,
  slice: EvaluationReport["slices"][number],
  metric: string,
  on: MetricEnd,
): MetricReading {
  const what = `the difference of ${metric}`;
  const compared = (comparison.slices ?? []).filter(
    ({ column, value }) => column === slice.column && value === slice.value,
  );
  const [only] = compared;
  if (only === undefined || compared.length > 1 || only.rows !== slice.rows) return readEstimate(undefined, what, on);
  return readEstimate(only.difference, what, on);
}

interface Worst {
  readonly metric: string;
  readonly column: string;
  readonly bound: number;
  readonly on: MetricEnd;
  readonly count: number;
  readonly value: number;
  readonly slice: string;
}

function verdict(gate: string, { metric, column, bound, on, count, value, slice }: Worst): GateOutcome {
  const reason = `the worst of ${count} slices of "${column}" is ${slice}: ${metric} differs from the champion by ${shown(value)} (${on}), needed ≥ ${shown(bound)}`;
  if (value >= bound) return { gate, outcome: "pass", reason, measured: value, bound };
  const fix = `Find out what the champion does better where ${column} = ${slice}.`;
  return { gate, outcome: "fail", reason, measured: value, bound, fix };
}
