import type { BatchMetrics, ColumnMetrics } from "../../contracts/batch-metrics.ts";
import { HyperLogLog } from "../../stats/sketches/hyper-log-log.ts";
import { type Column, missingCount } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";
import { NumberMeter } from "../checks/number-meter.ts";
import { addDistinct } from "./add-distinct.ts";

/** What is measured of every batch: its rows, and of each column what {@link ColumnMetrics} lists. Pure. */
export function batchMetricsOf(table: Table): Pick<BatchMetrics, "rows" | "columns"> {
  const meter = new BatchMeter();
  meter.add(table);
  return meter.metrics();
}

/** Measures a batch that comes piece by piece. */
export class BatchMeter {
  readonly #columns: Map<string, ColumnMeter> = new Map();
  #rows = 0;

  /** Takes the next rows. */
  add(piece: Table): void {
    this.#rows += piece.rowCount;
    for (const [name, column] of Object.entries(piece.columns)) {
      const meter = this.#columns.get(name) ?? new ColumnMeter();
      this.#columns.set(name, meter);
      meter.add(column);
    }
  }

  /** What was measured so far. */
  metrics(): Pick<BatchMetrics, "rows" | "columns"> {
    const columns = Array.from(this.#columns, ([name, meter]) => [name, meter.metrics()] as const);
    return { rows: this.#rows, columns: Object.fromEntries(columns) };
  }
}

/** Measures a column that comes piece by piece. */
export class ColumnMeter {
  readonly #numbers: NumberMeter = new NumberMeter();
  readonly #distinct: HyperLogLog = new HyperLogLog();
  #rows = 0;
  #missing = 0;

  /** Takes the next cells. */
  add(column: Column): void {
    this.#rows += column.values.length;
    this.#missing += missingCount(column);
    this.#numbers.add(column);
    addDistinct(this.#distinct, column);
  }

  /** What was measured so far. */
  metrics(): ColumnMetrics {
    if (this.#rows === 0) return {};
    const moments = this.#numbers.moments();
    return {
      completeness: (this.#rows - this.#missing) / this.#rows,
      distinct: Math.round(this.#distinct.estimate().value),
      ...(moments && { mean: moments.mean, min: moments.min, max: moments.max }),
      ...(moments?.sd !== undefined && { sd: moments.sd }),
    };
  }
}
