import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireSameLength } from "../require-argument.ts";
import { roundRatio } from "../sums/double-units.ts";
import { ExactProductSum } from "../sums/exact-product-sum.ts";
import { coMoment } from "./co-moment.ts";
import { MomentsAccumulator } from "./moments-accumulator.ts";
import type { PairMoments } from "./moments.ts";

/** Pairs whose passes share the nearest cache. */
const block = 4096;

/**
 * Collects the means, variances and the covariance of pairs by exact sums of x, y, x², y² and xy: the same bits in every order, split
 * and merge.
 *
 * @example
 * ```ts
 * import { isNotComputable, PairMomentsAccumulator } from "sluice/stats";
 * const pairs = new PairMomentsAccumulator();
 * pairs.addAll([1, 2], [2, 4]);
 * pairs.add(3, 6);
 * const moments = pairs.summary();
 * if (isNotComputable(moments) || moments.covariance !== 2 || moments.meanY !== 4) throw new Error("wrong");
 * ```
 */
export class PairMomentsAccumulator {
  #x: MomentsAccumulator = new MomentsAccumulator();
  #y: MomentsAccumulator = new MomentsAccumulator();
  #products: ExactProductSum = new ExactProductSum();

  /** Restores an accumulator from its bytes. Throws `argument/invalid` for damaged ones. */
  static fromBytes(bytes: Uint8Array): PairMomentsAccumulator {
    const reader = new SummaryReader(bytes, "PMOM", 1);
    const restored = new PairMomentsAccumulator();
    restored.#x = MomentsAccumulator.fromBytes(reader.bytes());
    restored.#y = MomentsAccumulator.fromBytes(reader.bytes());
    restored.#products = ExactProductSum.fromBytes(reader.bytes());
    reader.end();
    const { n } = restored;
    reader.require(restored.#y.n === n && restored.#products.count === n, "sums of different counts");
    if (restored.#x.finite === n && restored.#y.finite === n) {
      const [xx, yy, xy] = restored.#coMoments();
      reader.require(xy * xy <= xx * yy, "a covariance that is too large for the variances");
    }
    return restored;
  }

  /** How many pairs were added. */
  get n(): number {
    return this.#x.n;
  }

  /** Adds a pair: any doubles. One with NaN or an infinite value is counted, and there are no moments any more. */
  add(x: number, y: number): void {
    this.#x.add(x);
    this.#y.add(y);
    this.#products.add(x, y);
  }

  /** Adds the pairs of values at the same places. Throws `argument/invalid` for different lengths. */
  addAll(xs: ArrayLike<number>, ys: ArrayLike<number>): void {
    requireSameLength("xs and ys", xs, ys);
    if (!(xs instanceof Float64Array && ys instanceof Float64Array)) {
      for (let i = 0; i < xs.length; i++) this.add(xs[i] as number, ys[i] as number);
      return;
    }
    for (let from = 0; from < xs.length; from += block) {
      const x = xs.subarray(from, from + block);
      const y = ys.subarray(from, from + block);
      this.#x.addAll(x);
      this.#y.addAll(y);
      this.#products.addAll(x, y);
    }
  }

  /** Adds everything that another accumulator holds. */
  merge(other: PairMomentsAccumulator): void {
    this.#x.merge(other.#x);
    this.#y.merge(other.#y);
    this.#products.merge(other.#products);
  }

  /**
   * The {@link PairMoments} of the pairs so far, each the nearest double to the exact number; `notComputable` when nothing was added, or
   * a value that is NaN or infinite, for a single pair, and for a moment beyond the largest double.
   */
  summary(): PairMoments | NotComputable {
    const x = this.#x.summary();
    if (isNotComputable(x)) return x;
    const y = this.#y.summary();
    if (isNotComputable(y)) return y;
    const covariance = roundRatio(this.#coMoments()[2], BigInt(x.n) * BigInt(x.n - 1), -2148);
    if (!Number.isFinite(covariance))
      return notComputable("out-of-range", "the covariance is beyond the largest double");
    return { n: x.n, meanX: x.mean, meanY: y.mean, varianceX: x.variance, varianceY: y.variance, covariance };
  }

  /** The accumulator as bytes: equal for equal pairs, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("PMOM", 1);
    writer.bytes(this.#x.toBytes());
    writer.bytes(this.#y.toBytes());
    writer.bytes(this.#products.toBytes());
    return writer.finish();
  }

  /** n(n − 1) times both variances and the covariance, exactly. */
  #coMoments(): [xx: bigint, yy: bigint, xy: bigint] {
    const { n } = this;
    const x = this.#x.units();
    const y = this.#y.units();
    return [
      coMoment(n, x.sum, x.sum, x.squares),
      coMoment(n, y.sum, y.sum, y.squares),
      coMoment(n, x.sum, y.sum, this.#products.units()),
    ];
  }
}
