// What `suggestions.ts` was told by a sample of two weeks, as it was committed.
import { completeness, distribution, range, rowCount, uniqueness } from "sluice/data";

// Suggested by a sample of 228738 rows.
export const checks = [
  rowCount({ atLeast: 1 }),
  completeness("origin", { atLeast: 0.956 }),
  uniqueness(["flight"]),
  range("delay", { min: -300, max: 1800 }),
  distribution("delay", { against: "previous" }),
  range("distance", { min: 0, max: 5500 }),
  distribution("distance", { against: "previous" }),
];
