import { SluiceError } from "../../core/errors.ts";
import { type Alternative, alternatives } from "../alternative.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireFinite, requireOneOf, requireOpenFraction } from "../require-argument.ts";
import { PredictableBets } from "./predictable-bets.ts";
import { CandidateCapitals } from "./candidate-capitals.ts";

/** What a {@link BoundedMeanSequence} is made for. */
export interface BoundedMeanOptions extends ConfidenceOptions {
  /** The least possible value. @default 0 */
  readonly lower?: number;
  /** The greatest possible value, above `lower`. @default 1 */
  readonly upper?: number;
  /**
   * How many candidate means are kept, from 10 to 10000: memory and time per value grow with it. They lie closer together towards the
   * ends of the range, 1.6 thousandths of it apart in the middle and millionths at the ends with the default. @default 1000
   */
  readonly candidates?: number;
}

/** Which means {@link BoundedMeanSequence.logE} is evidence for. */
export interface BoundedMeanEvidenceOptions {
  /** `greater`: evidence that the true mean is above the given one; `less`: that it is below; else that it is another. @default "two-sided" */
  readonly alternative?: Alternative;
}

/**
 * The confidence sequence of the mean of bounded values, such as absolute differences of predictions or losses: the chance that its
 * interval *ever* excludes the mean is at most 1 − confidence, whatever the distribution, and however few or rare the values.
 *
 * Against each candidate mean it bets, with capital 1, that the next values lie above, and below; a true mean makes nobody rich. The
 * bets are sized by the variance seen so far: the hedged capital process with predictable plug-in bets, truncated at a half, of
 * I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024 (arXiv 2010.09686).
 *
 * Values are taken in the order in which they came, each given the ones before with the same mean; order matters, and so there is no
 * `merge`: two processes either send their values to one, or add their `logE` against a stated mean. The state is bounded. A value
 * costs some microseconds at 1000 candidates. Between candidates the interval and `logE` are rounded to the safe side.
 *
 * @example
 * ```ts
 * import { BoundedMeanSequence, isNotComputable } from "sluice/stats";
 * const differences = new BoundedMeanSequence({ lower: 0, upper: 1 });
 * for (let i = 0; i < 2000; i++) differences.add(i % 10 === 0 ? 0.2 : 0.01);
 * const mean = differences.interval();
 * if (isNotComputable(mean) || !(mean.lower < 0.029 && mean.upper > 0.029 && mean.upper < 0.05)) throw new Error("about 0.029");
 * if (differences.logE(0.1, { alternative: "less" }) < Math.log(20)) throw new Error("it is below 0.1");
 * ```
 */
export class BoundedMeanSequence {
  /** The least possible value. */
  readonly lower: number;
  /** The greatest possible value. */
  readonly upper: number;
  /** The chance that the intervals hold the mean, all of them. */
  readonly confidence: number;
  readonly #bets: PredictableBets;
  readonly #capitals: CandidateCapitals;

  constructor(options: BoundedMeanOptions = {}) {
    this.lower = requireFinite("lower", options.lower ?? 0);
    this.upper = requireFinite("upper", options.upper ?? 1);
    this.confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
    const candidates = requireCount("candidates", options.candidates ?? 1000, 10);
    const width = this.upper - this.lower;
    if (!(width > 0 && Number.isFinite(width) && candidates <= 10_000)) {
      throw new SluiceError("argument/invalid", {
        found: `values from ${this.lower} to ${this.upper} and ${candidates} candidates`,
        expected: "an upper end above the lower one, at a finite distance, and at most 10000 candidates",
        fix: "Pass the range that the values cannot leave.",
      });
    }
    this.#bets = new PredictableBets(this.confidence);
    this.#capitals = new CandidateCapitals(candidates);
  }

  /** Restores a sequence from its bytes. Throws `argument/invalid` for anything else. */
  static fromBytes(bytes: Uint8Array): BoundedMeanSequence {
    const reader = new SummaryReader(bytes, "BETM", 1);
    const [lower, upper, confidence, candidates] = [reader.f64(), reader.f64(), reader.f64(), reader.count()];
    const sequence = new BoundedMeanSequence({ lower, upper, confidence, candidates });
    sequence.#bets.read(reader);
    sequence.#capitals.read(reader);
    reader.end();
    return sequence;
  }

  /** How many values were added. */
  get count(): number {
    return this.#bets.count;
  }

  /** Adds the next value. Throws `argument/invalid` unless it is in the range. */
  add(value: number): void {
    this.#add(this.#scaled(value));
  }

  /** Adds values in the order in which they came. If one is not in the range it throws `argument/invalid` and adds none. */
  addAll(values: ArrayLike<number>): void {
    for (let i = 0; i < values.length; i++) this.#scaled(values[i] as number);
    for (let i = 0; i < values.length; i++) this.#add(this.#scaled(values[i] as number));
  }

  /**
   * The mean so far with the interval of all means that nobody got rich against.
   *
   * `notComputable` without values ("empty"), and when every mean is excluded ("out-of-range"), as it happens when the mean drifts.
   */
  interval(): IntervalEstimate | NotComputable {
    if (this.count === 0) return notComputable("empty", "there are no values");
    const kept = this.#capitals.keptBelow(-Math.log1p(-this.confidence));
    if (kept === undefined) return notComputable("out-of-range", "every mean is excluded: the mean changed on the way");
    const { confidence } = this;
    const value = this.#unscaled(this.#bets.mean);
    return { value, lower: this.#unscaled(kept.lower), upper: this.#unscaled(kept.upper), confidence };
  }

  /**
   * The natural logarithm of an e-value against a mean: if that is the true one, the chance of ever reaching ln(1/α) is at most α; with
   * an `alternative`, also if the true one lies on the other side. 0 without values. It does not depend on the confidence but through
   * the size of the bets. Throws `argument/invalid` for a mean outside the range.
   */
  logE(mean: number, options: BoundedMeanEvidenceOptions = {}): number {
    const alternative = requireOneOf("alternative", options.alternative ?? "two-sided", alternatives);
    return this.#capitals.logE(this.#scaled(mean), alternative);
  }

  /** The whole state as bytes, options included. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter("BETM", 1);
    for (const number of [this.lower, this.upper, this.confidence]) writer.f64(number);
    writer.count(this.#capitals.candidates);
    this.#bets.write(writer);
    this.#capitals.write(writer);
    return writer.finish();
  }

  #add(scaled: number): void {
    this.#capitals.add(scaled, this.#bets.next());
    this.#bets.see(scaled);
  }

  #scaled(value: number): number {
    if (!(value >= this.lower && value <= this.upper)) {
      throw new SluiceError("argument/invalid", {
        found: `the value ${String(value)}`,
        expected: `values from ${this.lower} to ${this.upper}`,
        fix: "Clip the values to the range, or state a wider one from the beginning.",
      });
    }
    return Math.min(1, (value - this.lower) / (this.upper - this.lower));
  }

  #unscaled(share: number): number {
    return share === 1 ? this.upper : Math.min(this.upper, this.lower + share * (this.upper - this.lower));
  }
}
