import type { SummaryReader } from "../bytes/summary-reader.ts";
import type { SummaryWriter } from "../bytes/summary-writer.ts";

/**
 * The size of the next bet on values in [0, 1], from the values before it alone: √(2 ln(2/α)/(σ̂² t ln(1 + t))), with the variance σ̂²
 * around the running means, shrunken to ¼ (Waudby-Smith and Ramdas, eq. 26).
 */
export class PredictableBets {
  /** How many values were seen. */
  count = 0;
  readonly #scale: number;
  #sum = 0;
  #squares = 0;

  constructor(confidence: number) {
    this.#scale = 2 * (Math.LN2 - Math.log1p(-confidence));
  }

  /** The mean of the values seen; 0 before the first. */
  get mean(): number {
    return this.count === 0 ? 0 : this.#sum / this.count;
  }

  /** The size of the bet on the next value. */
  next(): number {
    const t = this.count + 1;
    const variance = (0.25 + this.#squares) / t;
    return Math.sqrt(this.#scale / (variance * t * Math.log1p(t)));
  }

  /** Takes that value. */
  see(value: number): void {
    this.count++;
    this.#sum += value;
    const distance = value - (0.5 + this.#sum) / (this.count + 1);
    this.#squares += distance * distance;
  }

  write(writer: SummaryWriter): void {
    writer.count(this.count);
    writer.f64(this.#sum);
    writer.f64(this.#squares);
  }

  read(reader: SummaryReader): void {
    this.count = reader.count();
    this.#sum = reader.f64();
    this.#squares = reader.f64();
    reader.require(this.#sum >= 0 && this.#sum <= this.count, `a sum of ${this.#sum}`);
    reader.require(this.#squares >= 0 && this.#squares <= this.count, `squares of ${this.#squares}`);
  }
}
