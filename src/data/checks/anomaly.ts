import type { BatchMetrics, ColumnMetric } from "../../contracts/batch-metrics.ts";
import type { Check, CheckOutcome } from "../../contracts/check.ts";
import { anyColumnOf } from "../../table/table.ts";
import type { AnomalyStrategy } from "../anomalies/anomaly-strategy.ts";
import { ColumnMeter } from "../profile/batch-metrics-of.ts";
import { foldingCheck } from "./folding-check.ts";
import { refuseOption, requireColumnName, type SeverityOption, severityOf } from "./require-option.ts";

/** A metric of a batch: its rows, or a metric of one of its columns. */
export type MonitoredMetric<C extends string> = "rows" | { readonly metric: ColumnMetric; readonly column: C };

const columnMetrics: readonly ColumnMetric[] = ["completeness", "distinct", "mean", "sd", "min", "max"];

/**
 * A metric of the batch is no anomaly among those of the batches that were committed before, by a strategy such as
 * `predictionInterval()` or `holtWinters({ period: 7 })`. Batches whose metric had no value are passed over.
 *
 * Without enough history, and where the batch's metric has no value, the answer is `insufficientHistory`. `bound` is the limit that was
 * passed, or the nearer one. Throws `argument/invalid` for an unknown metric or anything but a strategy.
 *
 * @example
 * ```ts
 * import { anomaly, predictionInterval } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const check = anomaly("rows", predictionInterval());
 * const batch = makeTable({ id: { tag: "f64", values: new Float64Array(5) } });
 * const version = `sha256:${"0".repeat(64)}` as const;
 * const history = [100, 104, 98, 101, 97].map((rows) => ({ dataset: "trips", version, committedAtMs: 0, rows, columns: {} }));
 * if (check.judge({ batch, history }).outcome !== "fail") throw new Error("five rows instead of a hundred");
 * if (check.judge({ batch }).outcome !== "insufficientHistory") throw new Error("nothing to compare with");
 * ```
 */
export function anomaly(metric: "rows", strategy: AnomalyStrategy, options?: SeverityOption): Check<never>;
export function anomaly<const C extends string>(
  metric: { readonly metric: ColumnMetric; readonly column: C },
  strategy: AnomalyStrategy,
  options?: SeverityOption,
): Check<C>;
export function anomaly(
  metric: MonitoredMetric<string>,
  strategy: AnomalyStrategy,
  options: SeverityOption = {},
): Check {
  const given: unknown = strategy;
  if (typeof given !== "object" || given === null || typeof strategy.judge !== "function")
    refuseOption(`the strategy ${JSON.stringify(given)}`, "a strategy, as in predictionInterval()");
  if (metric !== "rows") {
    requireColumnName(metric.column);
    if (!columnMetrics.includes(metric.metric))
      refuseOption(`the metric ${JSON.stringify(metric.metric)}`, columnMetrics.map((name) => `"${name}"`).join(", "));
  }
  const name = metric === "rows" ? "rows" : `${metric.metric} of ${metric.column}`;
  const columns = metric === "rows" ? [] : [metric.column];
  const about = { check: "anomaly", columns, severity: severityOf(options) } as const;
  const unknown = (why: string): CheckOutcome => ({
    ...about,
    outcome: "insufficientHistory",
    reason: `${name}: ${why}`,
  });
  return {
    ...about,
    params: { metric: metric === "rows" ? metric : metric.metric, strategy: strategy.strategy, with: strategy.params },
    needs: { history: true },
    ...foldingCheck(({ history = [] }) => {
      const meter = metric === "rows" ? undefined : new ColumnMeter();
      let rows = 0;
      return {
        add: (piece) => {
          rows += piece.rowCount;
          if (metric !== "rows") meter?.add(anyColumnOf(piece, metric.column));
        },
        finish: () => {
          if (rows === 0) return unknown("the batch has no rows");
          const value = metric === "rows" ? rows : meter?.metrics()[metric.metric];
          if (value === undefined) return unknown("the batch has no such value");
          const before = history.map((one) => metricValue(metric, one)).filter((one) => one !== undefined);
          const judged = strategy.judge(before, value);
          const { expected, lower, upper } = judged;
          if (
            judged.outcome === "insufficientHistory" ||
            expected === undefined ||
            lower === undefined ||
            upper === undefined
          )
            return unknown(`${before.length} earlier batches are too few for ${strategy.strategy}`);
          const bound = value - lower < upper - value ? lower : upper;
          const interval = `${short(lower)} to ${short(upper)}, ${strategy.strategy}`;
          const reason = `${name}: ${short(value)}, expected ${short(expected)} (${interval})`;
          return { ...about, outcome: judged.outcome === "normal" ? "pass" : "fail", value, bound, reason };
        },
      };
    }),
  };
}

function metricValue(metric: MonitoredMetric<string>, of: BatchMetrics): number | undefined {
  return metric === "rows" ? of.rows : of.columns[metric.column]?.[metric.metric];
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : value > 0 ? "∞" : "−∞";
}
