/** Finds the slots of values over frozen bins (see `NumericBins`), in a loop of its own, so that no value costs a call. */
export interface BinLocator {
  /** The slot of one value. */
  slotOf(value: number): number;
  /** Writes the slot of each value into `slots`, which is at least as long. */
  locate(values: Float64Array, slots: Int32Array): void;
}

/** A way to find slots by a table, with what it costs: the comparisons that a value of the reference needs behind the table. */
export interface LocatorPlan {
  /** On average over the reference. */
  readonly comparisons: number;
  /** At worst. */
  readonly most: number;
  /** Builds the table. */
  build(): BinLocator;
}
