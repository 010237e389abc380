import type { SummaryReader } from "../bytes/summary-reader.ts";
import type { SummaryWriter } from "../bytes/summary-writer.ts";

/** How many values without a finite number a sum was given: no sum of finite values can hold them. */
export class SpecialCounts {
  positiveInfinities = 0;
  negativeInfinities = 0;
  nans = 0;

  /** How many there are in all. */
  get total(): number {
    return this.positiveInfinities + this.negativeInfinities + this.nans;
  }

  /** Counts a value that is not finite. */
  add(value: number): void {
    if (value > 0) this.positiveInfinities++;
    else if (value < 0) this.negativeInfinities++;
    else this.nans++;
  }

  /** Adds the counts of another sum. */
  merge(other: SpecialCounts): void {
    this.positiveInfinities += other.positiveInfinities;
    this.negativeInfinities += other.negativeInfinities;
    this.nans += other.nans;
  }

  /** What IEEE arithmetic makes of a sum with these, or `undefined` if it is the finite values that matter. */
  sum(): number | undefined {
    if (this.nans > 0 || (this.positiveInfinities > 0 && this.negativeInfinities > 0)) return Number.NaN;
    if (this.positiveInfinities > 0) return Number.POSITIVE_INFINITY;
    return this.negativeInfinities > 0 ? Number.NEGATIVE_INFINITY : undefined;
  }

  /** Writes the three counts. */
  write(writer: SummaryWriter): void {
    writer.count(this.positiveInfinities);
    writer.count(this.negativeInfinities);
    writer.count(this.nans);
  }

  /** Reads what {@link SpecialCounts.write} wrote. */
  read(reader: SummaryReader): void {
    this.positiveInfinities = reader.count();
    this.negativeInfinities = reader.count();
    this.nans = reader.count();
  }
}
