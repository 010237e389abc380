/** Sorted values, and what they weigh together up to each. */
export interface WeightedValues {
  /** Ascending. */
  readonly values: Float64Array;
  /** The weight of all values up to and including each: the last is the total. */
  readonly upTo: Float64Array;
}

/** Whether values ascend between two extremes; false for a NaN or −0 among them. */
export function ascendBetween(values: Float64Array, min: number, max: number): boolean {
  let before = min;
  for (const value of values) {
    if (!(value >= before) || Object.is(value, -0)) return false;
    before = value;
  }
  return max >= before && !Object.is(max, -0) && !Object.is(min, -0);
}
