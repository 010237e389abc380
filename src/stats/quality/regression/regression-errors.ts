import { SummaryReader } from "../../bytes/summary-reader.ts";
import { SummaryWriter } from "../../bytes/summary-writer.ts";
import { MomentsAccumulator } from "../../moments/moments-accumulator.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { roundRatio } from "../../sums/double-units.ts";
import { ExactSum } from "../../sums/exact-sum.ts";
import { ratioOfSums } from "../mean-over-rows.ts";
import type { QualityValue } from "../quality-value.ts";
import { explainedShare } from "./r-squared.ts";
import type { RegressionSummary } from "./regression-metrics.ts";
import { shareOfSums, symmetricTerm } from "./relative-errors.ts";

const kind = "QREG";

/**
 * Errors of predicted numbers, summed exactly row by row or by whole columns: the same bits in every order, split and merge. Every row
 * counts once (no weights); the median needs all rows and is only in `regressionMetrics`.
 *
 * @example
 * ```ts
 * import { RegressionErrors, regressionMetrics } from "sluice/stats";
 * const [left, right] = [new RegressionErrors(), new RegressionErrors()];
 * left.addAll([2.5, 0, 2], [3, -0.5, 2]);
 * right.add(8, 7);
 * left.merge(RegressionErrors.fromBytes(right.toBytes()));
 * const whole = regressionMetrics([2.5, 0, 2, 8], [3, -0.5, 2, 7]);
 * if (left.summary().rSquared !== whole.rSquared || left.summary().maxError !== 1) throw new Error("the parts are the whole");
 * ```
 */
export class RegressionErrors {
  #actual = new MomentsAccumulator();
  #errors = new MomentsAccumulator();
  #bias = new ExactSum();
  #absolute = new ExactSum();
  #size = new ExactSum();
  #relative = new ExactSum();
  #symmetric = new ExactSum();
  #largest = 0;
  #zeros = 0;

  /** Adds one row: any doubles. With NaN or an infinite value there are no metrics any more. */
  add(predicted: number, actual: number): void {
    const error = predicted - actual;
    this.#actual.add(actual);
    this.#errors.add(Number.isFinite(predicted) ? error : predicted);
    this.#bias.add(error);
    this.#absolute.add(Math.abs(error));
    this.#size.add(Math.abs(actual));
    this.#symmetric.add(symmetricTerm(predicted, actual));
    if (Math.abs(error) > this.#largest) this.#largest = Math.abs(error);
    if (actual === 0) this.#zeros++;
    else this.#relative.add(Math.abs(error) / Math.abs(actual));
  }

  /** Adds columns. Throws `argument/invalid` for different lengths. */
  addAll(predicted: ArrayLike<number>, actual: ArrayLike<number>): void {
    requireSameLength("predicted and actual", predicted, actual);
    for (let i = 0; i < actual.length; i++) this.add(predicted[i] as number, actual[i] as number);
  }

  /** Adds what another one summed. */
  merge(other: RegressionErrors): void {
    this.#zeros += other.#zeros;
    this.#largest = Math.max(this.#largest, other.#largest);
    this.#actual.merge(other.#actual);
    this.#errors.merge(other.#errors);
    const theirs = other.#sums();
    this.#sums().forEach((sum, i) => {
      sum.merge(theirs[i] as ExactSum);
    });
  }

  /** The metrics so far, each `notComputable` for itself. */
  summary(): RegressionSummary {
    const rows = this.#actual.n;
    const unfit = reasonOf(this.#actual.mean()) ?? reasonOf(this.#errors.mean());
    const mean = (name: string, sum: ExactSum): number | NotComputable => {
      if (unfit !== undefined) return unfit;
      return plain(ratioOfSums(name, sum.value(), rows, rows));
    };
    const squared = unfit ?? this.#meanSquare();
    return {
      rows,
      meanBias: mean("mean bias", this.#bias),
      meanAbsoluteError: mean("mean absolute error", this.#absolute),
      meanSquaredError: squared,
      rootMeanSquaredError: isNotComputable(squared) ? squared : Math.sqrt(squared),
      maxError: unfit ?? this.#largest,
      meanAbsolutePercentageError:
        unfit === undefined && this.#zeros > 0
          ? notComputable("zero-denominator", `${this.#zeros} actual values are 0`)
          : mean("mean absolute percentage error", this.#relative),
      symmetricMeanAbsolutePercentageError: mean("symmetric mean absolute percentage error", this.#symmetric),
      weightedAbsolutePercentageError: unfit ?? plain(shareOfSums(this.#absolute.value(), this.#size.value(), rows)),
      rSquared: unfit ?? explainedShare(this.#actual, this.#errors, false),
      explainedVariance: unfit ?? explainedShare(this.#actual, this.#errors, true),
    };
  }

  /** The state as bytes: equal for equal rows, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter(kind, 1);
    writer.count(this.#zeros);
    writer.f64(this.#largest);
    writer.bytes(this.#actual.toBytes());
    writer.bytes(this.#errors.toBytes());
    for (const sum of this.#sums()) writer.bytes(sum.toBytes());
    return writer.finish();
  }

  /** Restores what {@link RegressionErrors.toBytes} wrote; `argument/invalid` for other or damaged bytes. */
  static fromBytes(bytes: Uint8Array): RegressionErrors {
    const reader = new SummaryReader(bytes, kind, 1);
    const read = new RegressionErrors();
    read.#zeros = reader.count();
    read.#largest = reader.f64();
    read.#actual = MomentsAccumulator.fromBytes(reader.bytes());
    read.#errors = MomentsAccumulator.fromBytes(reader.bytes());
    read.#bias = ExactSum.fromBytes(reader.bytes());
    read.#absolute = ExactSum.fromBytes(reader.bytes());
    read.#size = ExactSum.fromBytes(reader.bytes());
    read.#relative = ExactSum.fromBytes(reader.bytes());
    read.#symmetric = ExactSum.fromBytes(reader.bytes());
    reader.end();
    reader.require(read.#largest >= 0, "a largest error below 0");
    const { n } = read.#actual;
    const others = [read.#errors.n, read.#bias.count, read.#absolute.count, read.#size.count, read.#symmetric.count];
    reader.require(
      others.every((count) => count === n) && read.#relative.count + read.#zeros === n,
      "sums of different counts",
    );
    return read;
  }

  #sums(): readonly ExactSum[] {
    return [this.#bias, this.#absolute, this.#size, this.#relative, this.#symmetric];
  }

  #meanSquare(): number | NotComputable {
    const value = roundRatio(this.#errors.units().squares, BigInt(this.#errors.n), -2148);
    return Number.isFinite(value)
      ? value
      : notComputable("out-of-range", "the mean squared error is beyond the largest double");
  }
}

function reasonOf(value: number | NotComputable): NotComputable | undefined {
  return isNotComputable(value) ? value : undefined;
}

function plain(found: QualityValue | NotComputable): number | NotComputable {
  return isNotComputable(found) ? found : found.value;
}
