import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import { type MetricEnd, readMetric, shown } from "./metric-bound.ts";

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

/** A gate that a metric must reach a floor in every slice of a column. No slice measured, or one not computable, does not pass. */
export function sliceFloor(metric: string, options: SliceFloorOptions): Gate {
  const { column, atLeast, on = "point", minRows = 1 } = options;
  const gate = `sliceFloor:${metric}:${column}`;
  return {
    gate,
    params: { metric, column, atLeast, on, minRows },
    judge: (evidence): GateOutcome => {
      const slices = (evidence.evaluation?.slices ?? []).filter(
        (slice) => slice.column === column && slice.rows >= minRows,
      );
      if (slices.length === 0) {
        return {
          gate,
          outcome: "notMeasured",
          reason: `no slice of "${column}" with at least ${minRows} rows was measured`,
          bound: atLeast,
        };
      }
      let worst: { readonly value: number; readonly slice: string } | undefined;
      for (const slice of slices) {
        const reading = readMetric(slice.metrics, metric, on);
        if (!reading.measured) {
          return {
            gate,
            outcome: "notMeasured",
            reason: `${column} = ${slice.value}: ${reading.reason}`,
            bound: atLeast,
          };
        }
        if (worst === undefined || !(reading.value >= worst.value))
          worst = { value: reading.value, slice: slice.value };
      }
      const value = worst?.value ?? Number.NaN;
      return {
        gate,
        outcome: value >= atLeast ? "pass" : "fail",
        reason: `the worst of ${slices.length} slices of "${column}" is ${worst?.slice ?? "none"}: ${metric} ${shown(value)} (${on}), needed ≥ ${shown(atLeast)}`,
        measured: value,
        bound: atLeast,
      };
    },
  };
}
