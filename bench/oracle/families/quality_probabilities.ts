import type { Family } from "../comparison.ts";
import { probabilityComparisons } from "../quality/probabilities.ts";

/** Predicted probabilities and their calibration against scikit-learn, and logistic fits in 80-bit floats. */
export const family: Family = {
  name: "quality_probabilities",
  comparisons: [...probabilityComparisons],
};
