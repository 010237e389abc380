import type { FairnessMeasurement } from "../../contracts/evaluation-report.ts";
import type { Gate } from "../../contracts/gate.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { evaluationOf } from "./bound-evaluation.ts";
import { requireChoice, requireGateOptions, requireNumber, requireText } from "./gate-options.ts";
import { judgeReading } from "./judge-reading.ts";
import { type MetricEnd, metricEnds, readMetric } from "./metric-bound.ts";
import {
  isRowsPart,
  type OnSmallParts,
  onSmallParts,
  rowsOf,
  smallParts,
  type UnjudgedParts,
  withSmallParts,
} from "./small-parts.ts";

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
  /**
   * Groups that had too few rows to be compared (the evaluation's `fairness.minRows`): nothing is known of them, so the gate stays closed (`fail`); or
   * it judges the others, and says which it did not (`report`). @default "fail"
   */
  readonly small?: OnSmallParts;
}

const optionNames: OptionNames<FairnessBoundOptions> = {
  column: "required",
  atMost: "required",
  measure: "optional",
  on: "optional",
  small: "optional",
};

/**
 * A gate that the groups of a column are treated alike, within a bound. A column with fewer than two groups is not a measurement, and neither is one with
 * a group of too few rows, unless `small` says otherwise; such groups are named in the reason. Errors: `definition/invalid`.
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
  const { column, atMost: bound, measure = "equalisedOddsDifference", on = "upper", small = "fail" } = options;
  requireText("fairnessBound", "column", column);
  requireChoice("fairnessBound", "measure", measure, ["demographicParityDifference", "equalisedOddsDifference"]);
  const gate = `fairnessBound:${measure}:${column}`;
  requireNumber(gate, "atMost", bound, 0);
  requireChoice(gate, "on", on, metricEnds);
  requireChoice(gate, "small", small, onSmallParts);
  return {
    gate,
    params: { column, measure, atMost: bound, on, small },
    judge: (evidence) => {
      const evaluation = evaluationOf(evidence);
      if (!evaluation.bound)
        return { gate, outcome: "notMeasured", reason: evaluation.reason, bound, fix: evaluation.fix };
      const measured = onlyOf(evaluation.of.fairness, column);
      const answer = judgeReading(readMetric(measured?.metrics, measure, on), {
        gate,
        metric: measure,
        side: "atMost",
        bound,
        on,
        measure: `Evaluate with fairness: { columns: ["${column}"] }, on rows of at least two groups.`,
        improve: `Find out which groups of "${column}" differ; another threshold, more of their rows, or other features.`,
      });
      return measured === undefined ? answer : withSmallParts(answer, uncompared(measured, evaluation.of.rows), small);
    },
  };
}

/** The groups that were not compared, if there are any; where the report does not say which, that they are not known. */
function uncompared({ byGroup, small = [] }: FairnessMeasurement, rows: number): UnjudgedParts | undefined {
  const groups: readonly unknown[] | undefined = Array.isArray(small) ? small : undefined;
  if (groups === undefined || !groups.every(isRowsPart))
    return { reason: "which groups were not compared is not told", isKnown: false };
  const [others, compared] = [rowsOf(groups), byGroup === undefined ? undefined : rowsOf(byGroup)];
  if (compared !== undefined && compared + others !== rows)
    return { reason: `the groups cover ${compared + others} of ${rows} rows`, isKnown: false };
  return smallParts(groups, "compared");
}

/** The one measurement of a column with at least two groups. */
function onlyOf(measured: readonly FairnessMeasurement[] | undefined, column: string): FairnessMeasurement | undefined {
  const found = (measured ?? []).filter((one) => one.column === column);
  const [only] = found;
  const enough = only !== undefined && Number.isSafeInteger(only.groups) && only.groups >= 2;
  return found.length === 1 && enough ? only : undefined;
}
