import { featureStatus } from "../../contracts/feature-reader.ts";
import type { VectorCell } from "./cells-equal.ts";
import type { SkewCounts } from "./skew-counts.ts";
import { type SkewCause, skewCauses } from "./skew-cause.ts";

/** Counts the cells of one feature. */
export class SkewTally {
  #cells: number = 0;
  #equal: number = 0;
  #mismatched: number = 0;
  #valueMissing: number = 0;
  #valueExtra: number = 0;
  /** Cells with finite values on both sides. */
  #finite: number = 0;
  #differences: number = 0;
  #sizes: number = 0;
  readonly #causes: { [C in SkewCause]: number } = { definition: 0, unexplained: 0, missing: 0, expired: 0, late: 0 };

  /** Takes a cell in; one that differs is given its cause by {@link explain}. */
  add(served: VectorCell, computed: VectorCell, isEqual: boolean): void {
    this.#cells++;
    if (isEqual) this.#equal++;
    const here = served.status === featureStatus.present;
    const there = computed.status === featureStatus.present;
    if (here && there) {
      if (!isEqual) this.#mismatched++;
      if (Number.isFinite(served.value) && Number.isFinite(computed.value)) {
        this.#finite++;
        this.#differences += Math.abs(served.value - computed.value);
        this.#sizes += Math.abs(served.value) + Math.abs(computed.value);
      }
    } else if (there) this.#valueMissing++;
    else if (here) this.#valueExtra++;
  }

  /** Gives one differing cell its cause. */
  explain(cause: SkewCause): void {
    this.#causes[cause]++;
  }

  /** The counts so far. */
  counts(): SkewCounts {
    const smape = this.#finite === 0 ? undefined : this.#sizes === 0 ? 0 : this.#differences / this.#sizes;
    return {
      cells: this.#cells,
      equal: this.#equal,
      causes: { ...this.#causes },
      mismatched: this.#mismatched,
      valueMissing: this.#valueMissing,
      valueExtra: this.#valueExtra,
      smape,
    };
  }

  /** Takes the cells of another feature in. */
  merge(other: SkewTally): void {
    this.#cells += other.#cells;
    this.#equal += other.#equal;
    this.#mismatched += other.#mismatched;
    this.#valueMissing += other.#valueMissing;
    this.#valueExtra += other.#valueExtra;
    this.#finite += other.#finite;
    this.#differences += other.#differences;
    this.#sizes += other.#sizes;
    for (const cause of skewCauses) this.#causes[cause] += other.#causes[cause];
  }
}
