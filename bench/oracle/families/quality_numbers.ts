import type { Family } from "../comparison.ts";
import { numberComparisons } from "../quality/numbers.ts";

/** Predicted numbers, distributions and ranked lists against scikit-learn, mpmath and all orders of tied rows. */
export const family: Family = {
  name: "quality_numbers",
  comparisons: [...numberComparisons],
};
