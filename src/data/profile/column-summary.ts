import type { CellTag } from "../../core/cell-type.ts";
import { SummaryReader } from "../../stats/bytes/summary-reader.ts";
import { SummaryWriter } from "../../stats/bytes/summary-writer.ts";
import { MomentsAccumulator } from "../../stats/moments/moments-accumulator.ts";
import { isNotComputable, type NotComputable } from "../../stats/not-computable.ts";
import { type DistinctEstimate, HyperLogLog } from "../../stats/sketches/hyper-log-log.ts";
import { KllSketch } from "../../stats/sketches/kll-sketch.ts";
import { cellState, type Column, isListColumn } from "../../table/column.ts";
import { addDistinct } from "./add-distinct.ts";
import { presentDoubles } from "./present-values.ts";

/** The shares at which a profile answers quantiles. */
export const profileQuantiles: readonly number[] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/** What a profile says of a column. */
export interface ColumnProfile {
  /** Rows, those without a value included. */
  readonly rows: number;
  readonly nulls: number;
  readonly absent: number;
  /** Cells that hold NaN; they count for `distinct`, as one value, and for nothing below. */
  readonly nans: number;
  /** How many distinct values: exact up to 2,048 of them, afterwards with a standard error of 0.8%. */
  readonly distinct: DistinctEstimate;
  /** The least value; `undefined` for text, JSON and lists, `notComputable` without values. Booleans are 0 and 1, instants epoch milliseconds, 64-bit integers the nearest doubles. */
  readonly min: number | NotComputable | undefined;
  /** The largest value. */
  readonly max: number | NotComputable | undefined;
  /** The mean, exact to the last bit; `notComputable` without values and for an infinite one. */
  readonly mean: number | NotComputable | undefined;
  /** The standard deviation of the sample, over n − 1; `notComputable` for fewer than two values and for an infinite one. */
  readonly sd: number | NotComputable | undefined;
  /** The quantiles at {@link profileQuantiles}, their ranks off by at most 1.65% of the rows with 99% confidence; exact up to 4,095 rows. */
  readonly quantiles: readonly { readonly share: number; readonly value: number | NotComputable }[] | undefined;
}

/** The cell types that are looked at as numbers. */
const numbersIn: ReadonlySet<CellTag> = new Set(["f64", "i32", "i64", "bool", "instant"]);

/** A mergeable summary of a column's cells. */
export class ColumnSummary {
  #rows = 0;
  #nulls = 0;
  #absent = 0;
  #distinct = new HyperLogLog();
  #numbers: { readonly values: KllSketch; readonly moments: MomentsAccumulator } | undefined;

  /** @param tag - The column's cell type. */
  constructor(tag: CellTag) {
    this.#numbers = !numbersIn.has(tag) ? undefined : { values: new KllSketch(), moments: new MomentsAccumulator() };
  }

  /** Restores a summary from its bytes. Throws `argument/invalid` for damaged ones. */
  static fromBytes(tag: CellTag, bytes: Uint8Array): ColumnSummary {
    const reader = new SummaryReader(bytes, "COLS", 1);
    const summary = new ColumnSummary(tag);
    summary.#rows = reader.count();
    summary.#nulls = reader.count();
    summary.#absent = reader.count();
    summary.#distinct = HyperLogLog.fromBytes(reader.bytes());
    if (summary.#numbers !== undefined)
      summary.#numbers = {
        values: KllSketch.fromBytes(reader.bytes()),
        moments: MomentsAccumulator.fromBytes(reader.bytes()),
      };
    reader.end();
    return summary;
  }

  /** Adds a column's cells. */
  add(column: Column): void {
    this.#rows += column.values.length;
    for (const state of column.states ?? []) {
      if (state === cellState.null) this.#nulls++;
      else if (state === cellState.absent) this.#absent++;
    }
    addDistinct(this.#distinct, column);
    if (column.tag === "utf8" || column.tag === "json" || isListColumn(column)) return;
    const numbers = presentDoubles(column);
    this.#numbers?.values.addAll(numbers);
    this.#numbers?.moments.addAll(numbers.includes(Number.NaN) ? numbers.filter((n) => !Number.isNaN(n)) : numbers);
  }

  /** Adds what another summary of the same cell type holds. */
  merge(other: ColumnSummary): void {
    this.#rows += other.#rows;
    this.#nulls += other.#nulls;
    this.#absent += other.#absent;
    this.#distinct.merge(other.#distinct);
    if (this.#numbers === undefined || other.#numbers === undefined) return;
    this.#numbers.values.merge(other.#numbers.values);
    this.#numbers.moments.merge(other.#numbers.moments);
  }

  /** The summary as bytes. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("COLS", 1);
    for (const count of [this.#rows, this.#nulls, this.#absent]) writer.count(count);
    writer.bytes(this.#distinct.toBytes());
    if (this.#numbers !== undefined) {
      writer.bytes(this.#numbers.values.toBytes());
      writer.bytes(this.#numbers.moments.toBytes());
    }
    return writer.finish();
  }

  /** What the summary says. */
  profile(): ColumnProfile {
    const numbers = this.#numbers;
    const summary = numbers?.moments.summary();
    return {
      rows: this.#rows,
      nulls: this.#nulls,
      absent: this.#absent,
      nans: numbers?.values.nans ?? 0,
      distinct: this.#distinct.estimate(),
      min: numbers?.values.min,
      max: numbers?.values.max,
      mean: numbers?.moments.mean(),
      sd: summary === undefined || isNotComputable(summary) ? summary : Math.sqrt(summary.variance),
      quantiles: numbers && profileQuantiles.map((share) => ({ share, value: numbers.values.quantile(share) })),
    };
  }
}
