import { SluiceError } from "../../../core/errors.ts";
import { lowerBound } from "../../../core/lower-bound.ts";
import { SummaryReader } from "../../bytes/summary-reader.ts";
import { SummaryWriter } from "../../bytes/summary-writer.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../../interval-estimate.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireFraction, requireSameLength } from "../../require-argument.ts";
import { ExactSum } from "../../sums/exact-sum.ts";
import { countPositives, requireLabel } from "../binary/labelled-scores.ts";
import { requireEdges } from "../score-edges.ts";
import { wilsonInterval } from "../wilson-interval.ts";
import { equalWidthEdges } from "./probability-edges.ts";

const kind = "QREL";

/** A bin of probabilities against what happened: a point of the reliability curve. */
export interface ReliabilityBin {
  /** Probabilities above this … */
  readonly from: number;
  /** … up to this (the first bin has 0 too). */
  readonly to: number;
  /** Rows in the bin. */
  readonly rows: number;
  /** Rows with label 1. */
  readonly positives: number;
  /** The mean probability that was predicted. */
  readonly meanProbability: number;
  /** The share of label 1, with Wilson's interval. */
  readonly observed: IntervalEstimate;
}

/** How far predicted probabilities are from what happened. */
export interface CalibrationError {
  /** Expected calibration error: the mean over rows of |mean probability − observed share| of their bin. */
  readonly ece: number;
  /** Maximum calibration error: the largest such gap of a bin. */
  readonly mce: number;
  /** Rows. */
  readonly rows: number;
}

/** Frozen bins of a {@link ReliabilityBins}: either a number of equal parts of [0, 1], or the edges between them. */
export type ReliabilityBinsOptions = { readonly bins: number } | { readonly edges: ArrayLike<number> };

/**
 * Probabilities against labels over frozen bins, counted row by row or by whole columns; parts merge to the bit. Bins are (edge, next
 * edge].
 *
 * @example
 * ```ts
 * import { isNotComputable, ReliabilityBins } from "sluice/stats";
 * const [monday, tuesday] = [new ReliabilityBins({ bins: 10 }), new ReliabilityBins({ bins: 10 })];
 * monday.addAll([0.15, 0.85], [0, 1]);
 * tuesday.add(0.85, 0);
 * monday.merge(ReliabilityBins.fromBytes(tuesday.toBytes()));
 * const found = monday.calibrationError();
 * if (isNotComputable(found) || Math.abs(found.mce - 0.35) > 1e-12) throw new Error("85% said, half happened");
 * ```
 */
export class ReliabilityBins {
  readonly #edges: Float64Array;
  readonly #rows: Float64Array;
  readonly #positives: Float64Array;
  readonly #sums: readonly ExactSum[];
  #nans = 0;
  #outside = 0;

  /** @param options - How many equal parts, or the inner edges: ascending, in [0, 1]; anything else is `argument/invalid`. */
  constructor(options: ReliabilityBinsOptions) {
    this.#edges = edgesOf(options ?? {});
    const bins = this.#edges.length + 1;
    this.#rows = new Float64Array(bins);
    this.#positives = new Float64Array(bins);
    this.#sums = Array.from({ length: bins }, () => new ExactSum());
  }

  /** Counts one row. Throws `argument/invalid` for a label other than 0 and 1. */
  add(probability: number, label: number): void {
    requireLabel(label);
    this.#count(probability, label);
  }

  /** Counts columns. Throws `argument/invalid` for different lengths and labels other than 0 and 1; then nothing is counted. */
  addAll(probabilities: ArrayLike<number>, labels: ArrayLike<number>): void {
    requireSameLength("probabilities and labels", probabilities, labels);
    countPositives(labels);
    for (let i = 0; i < labels.length; i++) this.#count(probabilities[i] as number, labels[i] as number);
  }

  /** Adds what another one counted. Throws `argument/invalid` for other bins. */
  merge(other: ReliabilityBins): void {
    if (other.#edges.join() !== this.#edges.join()) {
      throw new SluiceError("argument/invalid", {
        found: `${other.#rows.length} bins that are not these ${this.#rows.length}`,
        expected: "the same bins",
        fix: "Freeze the bins once and count all parts over them.",
      });
    }
    for (let bin = 0; bin < this.#rows.length; bin++) {
      this.#rows[bin] = (this.#rows[bin] as number) + (other.#rows[bin] as number);
      this.#positives[bin] = (this.#positives[bin] as number) + (other.#positives[bin] as number);
      (this.#sums[bin] as ExactSum).merge(other.#sums[bin] as ExactSum);
    }
    this.#nans += other.#nans;
    this.#outside += other.#outside;
  }

  /**
   * The reliability curve: the bins that have rows. `notComputable` without rows, and when a probability was NaN or outside [0, 1].
   */
  curve(options: ConfidenceOptions = {}): readonly ReliabilityBin[] | NotComputable {
    if (this.#nans > 0) return notComputable("nan", `${this.#nans} probabilities are NaN`);
    if (this.#outside > 0) return notComputable("out-of-range", `${this.#outside} probabilities are outside [0, 1]`);
    const curve: ReliabilityBin[] = [];
    for (let bin = 0; bin < this.#rows.length; bin++) {
      const [rows, positives] = [this.#rows[bin] as number, this.#positives[bin] as number];
      const observed = wilsonInterval({ successes: positives, trials: rows }, options);
      if (isNotComputable(observed)) continue;
      const meanProbability = (this.#sums[bin] as ExactSum).value() / rows;
      const [from, to] = [this.#edges[bin - 1] ?? 0, this.#edges[bin] ?? 1];
      curve.push({ from, to, rows, positives, meanProbability, observed });
    }
    return curve.length === 0 ? notComputable("empty", "there are no rows") : curve;
  }

  /** The gaps of the curve in one number each (M. Pakdaman Naeini, G. Cooper, M. Hauskrecht, 2015); `notComputable` as the curve. */
  calibrationError(): CalibrationError | NotComputable {
    const curve = this.curve();
    if (isNotComputable(curve)) return curve;
    let [sum, mce, rows] = [0, 0, 0];
    for (const bin of curve) {
      const gap = Math.abs(bin.meanProbability - bin.observed.value);
      sum += bin.rows * gap;
      mce = Math.max(mce, gap);
      rows += bin.rows;
    }
    return { ece: sum / rows, mce, rows };
  }

  /** The state as bytes: equal for equal rows, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter(kind, 1);
    writer.f64s(this.#edges);
    writer.count(this.#nans);
    writer.count(this.#outside);
    for (const [bin, sum] of this.#sums.entries()) {
      writer.count(this.#rows[bin] as number);
      writer.count(this.#positives[bin] as number);
      writer.bytes(sum.toBytes());
    }
    return writer.finish();
  }

  /** Restores what {@link ReliabilityBins.toBytes} wrote; `argument/invalid` for other or damaged bytes. */
  static fromBytes(bytes: Uint8Array): ReliabilityBins {
    const reader = new SummaryReader(bytes, kind, 1);
    const edges = reader.f64s();
    const ascending = edges.every((edge, i) => edge <= 1 && (i === 0 ? edge >= 0 : edge > (edges[i - 1] as number)));
    reader.require(ascending, "edges that do not ascend in [0, 1]");
    const read = new ReliabilityBins({ edges });
    read.#nans = reader.count();
    read.#outside = reader.count();
    for (const [bin, sum] of read.#sums.entries()) {
      const [rows, positives] = [reader.count(), reader.count()];
      read.#rows[bin] = rows;
      read.#positives[bin] = positives;
      sum.merge(ExactSum.fromBytes(reader.bytes()));
      const value = sum.value();
      reader.require(
        sum.count === rows && positives <= rows && value >= 0 && value <= rows,
        "a bin that does not add up",
      );
    }
    reader.end();
    return read;
  }

  #count(probability: number, label: number): void {
    if (!(probability >= 0 && probability <= 1)) {
      if (Number.isNaN(probability)) this.#nans++;
      else this.#outside++;
      return;
    }
    const bin = lowerBound(this.#edges, probability);
    this.#rows[bin] = (this.#rows[bin] as number) + 1;
    this.#positives[bin] = (this.#positives[bin] as number) + label;
    (this.#sums[bin] as ExactSum).add(probability);
  }
}

/** The edges between the bins; none is one bin. */
function edgesOf({ bins, edges }: { readonly bins?: number; readonly edges?: ArrayLike<number> }): Float64Array {
  if (edges === undefined) return equalWidthEdges(bins ?? 0);
  if (edges?.length === 0) return new Float64Array(0);
  const copy = requireEdges(edges);
  requireFraction("the first edge", copy[0] as number);
  requireFraction("the last edge", copy[copy.length - 1] as number);
  return copy;
}
