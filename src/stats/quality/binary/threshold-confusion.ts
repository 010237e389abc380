import { SluiceError } from "../../../core/errors.ts";
import { SummaryReader } from "../../bytes/summary-reader.ts";
import { SummaryWriter } from "../../bytes/summary-writer.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { ExactSum } from "../../sums/exact-sum.ts";
import { requireWeight, requireWeights, type WeightOptions } from "../row-weights.ts";
import { type Confusion, requireThreshold } from "./confusion.ts";
import { countPositives, requireLabel } from "./labelled-scores.ts";

const kind = "QCNF";

/**
 * Decisions at one frozen threshold, counted row by row or by whole columns; parts merge to the bit.
 *
 * @example
 * ```ts
 * import { isNotComputable, ThresholdConfusion } from "sluice/stats";
 * const [monday, tuesday] = [new ThresholdConfusion({ threshold: 0.5 }), new ThresholdConfusion({ threshold: 0.5 })];
 * monday.addAll([0.9, 0.2], [1, 0]);
 * tuesday.add(0.7, 0);
 * monday.merge(ThresholdConfusion.fromBytes(tuesday.toBytes()));
 * const counts = monday.counts();
 * if (isNotComputable(counts) || counts.truePositives !== 1 || counts.falsePositives !== 1) throw new Error("two calls");
 * ```
 */
export class ThresholdConfusion {
  /** A row is called positive when its score is at least this. */
  readonly threshold: number;
  #truePositives = new ExactSum();
  #falsePositives = new ExactSum();
  #falseNegatives = new ExactSum();
  #trueNegatives = new ExactSum();
  #nans = 0;

  /** @param options - The threshold: any number but NaN. */
  constructor(options: { readonly threshold: number }) {
    this.threshold = requireThreshold(options?.threshold) + 0;
  }

  /** Counts one row. Throws `argument/invalid` for a label other than 0 and 1, and for a negative or non-finite weight. */
  add(score: number, label: number, weight: number = 1): void {
    requireLabel(label);
    requireWeight(weight);
    this.#count(score, label, weight);
  }

  /** Counts columns. Throws as {@link ThresholdConfusion.add}, and for different lengths; then nothing is counted. */
  addAll(scores: ArrayLike<number>, labels: ArrayLike<number>, options: WeightOptions = {}): void {
    requireSameLength("scores and labels", scores, labels);
    const weights = requireWeights(options, scores);
    countPositives(labels);
    for (let i = 0; i < scores.length; i++) {
      this.#count(scores[i] as number, labels[i] as number, weights === undefined ? 1 : (weights[i] as number));
    }
  }

  /** Adds what another one counted. Throws `argument/invalid` for another threshold. */
  merge(other: ThresholdConfusion): void {
    if (other.threshold !== this.threshold) {
      throw new SluiceError("argument/invalid", {
        found: `decisions at ${other.threshold} and at ${this.threshold}`,
        expected: "the same threshold",
        fix: "Count both parts at one threshold.",
      });
    }
    for (const called of [true, false]) {
      for (const positive of [true, false]) this.#sum(called, positive).merge(other.#sum(called, positive));
    }
    this.#nans += other.#nans;
  }

  /** The counts so far; `notComputable` before the first row, and when a score was NaN. */
  counts(): Confusion | NotComputable {
    if (this.#nans > 0) return notComputable("nan", `${this.#nans} scores are NaN`);
    const sums = [this.#truePositives, this.#falsePositives, this.#trueNegatives, this.#falseNegatives] as const;
    if (sums.every((sum) => sum.count === 0)) return notComputable("empty", "there are no rows");
    const [truePositives, falsePositives, trueNegatives, falseNegatives] = sums;
    return {
      truePositives: truePositives.value(),
      falsePositives: falsePositives.value(),
      trueNegatives: trueNegatives.value(),
      falseNegatives: falseNegatives.value(),
    };
  }

  /** The state as bytes: equal for equal rows, in whatever order and split they came. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter(kind, 1);
    writer.f64(this.threshold);
    writer.count(this.#nans);
    for (const sum of [this.#truePositives, this.#falsePositives, this.#falseNegatives, this.#trueNegatives]) {
      writer.bytes(sum.toBytes());
    }
    return writer.finish();
  }

  /** Restores what {@link ThresholdConfusion.toBytes} wrote; `argument/invalid` for other or damaged bytes. */
  static fromBytes(bytes: Uint8Array): ThresholdConfusion {
    const reader = new SummaryReader(bytes, kind, 1);
    const threshold = reader.f64();
    reader.require(!Number.isNaN(threshold), "a threshold that is NaN");
    const read = new ThresholdConfusion({ threshold });
    read.#nans = reader.count();
    read.#truePositives = ExactSum.fromBytes(reader.bytes());
    read.#falsePositives = ExactSum.fromBytes(reader.bytes());
    read.#falseNegatives = ExactSum.fromBytes(reader.bytes());
    read.#trueNegatives = ExactSum.fromBytes(reader.bytes());
    reader.end();
    return read;
  }

  #count(score: number, label: number, weight: number): void {
    if (Number.isNaN(score)) this.#nans++;
    else this.#sum(score >= this.threshold, label === 1).add(weight);
  }

  #sum(called: boolean, positive: boolean): ExactSum {
    if (called) return positive ? this.#truePositives : this.#falsePositives;
    return positive ? this.#falseNegatives : this.#trueNegatives;
  }
}
