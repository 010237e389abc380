import type { Family } from "../comparison.ts";
import { binaryComparisons } from "../quality/binary.ts";

/** Prediction quality against scikit-learn, scipy, and what neither has in plain numpy or exact fractions. */
export const family: Family = {
  name: "quality",
  comparisons: [...binaryComparisons],
};
