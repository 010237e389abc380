import { ExactProductSum } from "../../stats/sums/exact-product-sum.ts";
import { ExactSum } from "../../stats/sums/exact-sum.ts";
import { roundExactly } from "./column-total.ts";
import { exactSpread, hasExactSquare, quickVariance, squareError } from "./variance-of.ts";
import type { WindowStates } from "./window-states.ts";

const rounded = new Float64Array(2);

/** The variance of values of any size, told from their exact sum, which is its caller's, and that of their squares. */
export class WindowSpread {
  readonly #sum: ExactSum;
  readonly #squares: ExactSum = new ExactSum();
  /** Squares that are no sum of two doubles. */
  #others: ExactProductSum | undefined;

  constructor(sum: ExactSum) {
    this.#sum = sum;
  }

  /** Adds a value: any double. */
  add(value: number): void {
    if (hasExactSquare(value)) {
      const square = value * value;
      this.#squares.add(square);
      this.#squares.add(squareError(value, square));
    } else {
      this.#others ??= new ExactProductSum();
      this.#others.add(value, value);
    }
  }

  /** Writes variance and standard deviation of the values so far into states; NaN with a value that is not finite. */
  write(count: number, at: number, states: WindowStates): void {
    if (count < 2) return;
    const variance = this.#others === undefined ? this.#quick(count) : Number.NaN;
    if (!Number.isNaN(variance)) {
      states.variances[at] = variance;
      states.sds[at] = Math.sqrt(variance);
      return;
    }
    const allFinite = this.#sum.nans + this.#sum.infinities === 0;
    const squares = (this.#squares.units() << 1074n) + (this.#others?.units() ?? 0n);
    const exact = allFinite ? exactSpread(count, this.#sum.units(), squares) : notFinite;
    states.variances[at] = exact.variance;
    states.sds[at] = exact.sd;
  }

  #quick(count: number): number {
    roundExactly(this.#sum, rounded);
    const [sum = 0, sumTail = 0] = rounded;
    roundExactly(this.#squares, rounded);
    return quickVariance(count, sum, sumTail, rounded[0] ?? 0, rounded[1] ?? 0);
  }
}

const notFinite = { variance: Number.NaN, sd: Number.NaN };
