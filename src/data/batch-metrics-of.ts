import type { BatchMetrics, ColumnMetrics } from "../contracts/batch-metrics.ts";
import { type Column, missingCount } from "../table/column.ts";
import type { Table } from "../table/table.ts";
import { finiteNumbers } from "./checks/column-doubles.ts";
import { distinctCount } from "./checks/distinct-count.ts";
import { numberMoments } from "./checks/number-moments.ts";

/** What is measured of every batch: its rows, and of each column what {@link ColumnMetrics} lists. Pure. */
export function batchMetricsOf(table: Table): Pick<BatchMetrics, "rows" | "columns"> {
  const columns: { [name: string]: ColumnMetrics } = {};
  for (const [name, column] of Object.entries(table.columns)) columns[name] = metricsOf(column);
  return { rows: table.rowCount, columns };
}

function metricsOf(column: Column): ColumnMetrics {
  const rows = column.values.length;
  if (rows === 0) return {};
  const moments = numberMoments(finiteNumbers(column));
  return {
    completeness: (rows - missingCount(column)) / rows,
    distinct: distinctCount(column),
    ...(moments && { mean: moments.mean, min: moments.min, max: moments.max }),
    ...(moments?.sd !== undefined && { sd: moments.sd }),
  };
}
