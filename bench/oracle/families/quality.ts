import type { Family } from "../comparison.ts";
import { binaryComparisons } from "../quality/binary.ts";
import { classComparisons } from "../quality/classes.ts";

/** Decisions, ranks and classes against scikit-learn, and DeLong in exact fractions. */
export const family: Family = {
  name: "quality",
  comparisons: [...binaryComparisons, ...classComparisons],
};
