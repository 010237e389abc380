import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { roundRatio } from "../sums/double-units.ts";
import { ExactProductSum } from "../sums/exact-product-sum.ts";
import { ExactSum } from "../sums/exact-sum.ts";
import { PendingDoubles } from "../sums/pending-doubles.ts";
import { coMoment } from "./co-moment.ts";
import type { SampleMoments } from "./moments.ts";

/** Values whose two passes share the nearest cache. */
const block = 4096;

/**
 * Collects a sample's size, mean and variance by exact sums of values and of squares: the same bits in every order, split and merge.
 *
 * @example
 * ```ts
 * import { isNotComputable, MomentsAccumulator } from "sluice/stats";
 * const monday = new MomentsAccumulator();
 * const tuesday = new MomentsAccumulator();
 * monday.addAll([1, 2, 3]);
 * tuesday.add(6);
 * monday.merge(MomentsAccumulator.fromBytes(tuesday.toBytes()));
 * const moments = monday.summary();
 * if (isNotComputable(moments) || moments.mean !== 3 || moments.variance !== 14 / 3) throw new Error("wrong");
 * ```
 */
export class MomentsAccumulator {
  #sum: ExactSum = new ExactSum();
  #squares: ExactProductSum = new ExactProductSum();
  readonly #pending: PendingDoubles = new PendingDoubles();

  /** Restores an accumulator from its bytes. Throws `argument/invalid` for damaged ones. */
  static fromBytes(bytes: Uint8Array): MomentsAccumulator {
    const reader = new SummaryReader(bytes, "MOME", 1);
    const restored = new MomentsAccumulator();
    restored.#sum = ExactSum.fromBytes(reader.bytes());
    restored.#squares = ExactProductSum.fromBytes(reader.bytes());
    reader.end();
    const { sum, squares } = restored.units();
    reader.require(restored.#sum.count === restored.#squares.count, "sums of different counts");
    reader.require(coMoment(restored.finite, sum, sum, squares) >= 0n, "squares that are too small");
    return restored;
  }

  /** How many values were added. */
  get n(): number {
    this.#settle();
    return this.#sum.count;
  }

  /** How many of the values were NaN. */
  get nans(): number {
    this.#settle();
    return this.#sum.nans;
  }

  /** How many of the values were finite. */
  get finite(): number {
    this.#settle();
    return this.#sum.count - this.#sum.nans - this.#sum.infinities;
  }

  /** Adds a value: any double. One that is NaN or infinite is counted, and there is no mean any more. */
  add(value: number): void {
    if (this.#pending.push(value)) this.#settle();
  }

  /** Adds many values. */
  addAll(values: ArrayLike<number>): void {
    if (!(values instanceof Float64Array)) {
      for (let i = 0; i < values.length; i++) this.add(values[i] as number);
      return;
    }
    for (let from = 0; from < values.length; from += block) {
      const part = values.subarray(from, from + block);
      this.#sum.addAll(part);
      this.#squares.addAll(part, part);
    }
  }

  /** Adds everything that another accumulator holds. */
  merge(other: MomentsAccumulator): void {
    this.#settle();
    other.#settle();
    this.#sum.merge(other.#sum);
    this.#squares.merge(other.#squares);
  }

  /** The mean, the nearest double to the exact one; `notComputable` when nothing was added, or a value that is NaN or infinite. */
  mean(): number | NotComputable {
    const { n } = this;
    if (n === 0) return notComputable("empty", "there is no value");
    if (this.#sum.nans > 0) return notComputable("nan", `${this.#sum.nans} of ${n} values are NaN`);
    if (this.#sum.infinities > 0)
      return notComputable("infinite", `${this.#sum.infinities} of ${n} values are infinite`);
    return roundRatio(this.#sum.units(), BigInt(n), -1074);
  }

  /**
   * The {@link SampleMoments} of the values so far, each the nearest double to the exact number; `notComputable` without a mean, for a
   * single value, and for a variance beyond the largest double.
   */
  summary(): SampleMoments | NotComputable {
    const { n } = this;
    const mean = this.mean();
    if (isNotComputable(mean)) return mean;
    if (n < 2) return notComputable("too-few", "a single value has no variance");
    const { sum, squares } = this.units();
    const variance = roundRatio(coMoment(n, sum, sum, squares), BigInt(n) * BigInt(n - 1), -2148);
    if (variance === Number.POSITIVE_INFINITY)
      return notComputable("out-of-range", "the variance is beyond the largest double");
    return { n, mean, variance };
  }

  /** The exact sums of the finite values, in units of 2^−1074, and of their squares, in units of 2^−2148. */
  units(): { readonly sum: bigint; readonly squares: bigint } {
    this.#settle();
    return { sum: this.#sum.units(), squares: this.#squares.units() };
  }

  /** The accumulator as bytes: equal for equal values, in whatever order and split they came. */
  toBytes(): Uint8Array {
    this.#settle();
    const writer = new SummaryWriter("MOME", 1);
    writer.bytes(this.#sum.toBytes());
    writer.bytes(this.#squares.toBytes());
    return writer.finish();
  }

  /** Adds the values that wait: many at once are quicker than one by one. */
  #settle(): void {
    if (!this.#pending.empty) this.addAll(this.#pending.take());
  }
}
