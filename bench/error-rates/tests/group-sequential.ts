import { isNotComputable } from "../../../src/stats/not-computable.ts";
import type { ErrorSpending } from "../../../src/stats/sequential/error-spending.ts";
import { groupSequentialBoundary } from "../../../src/stats/sequential/group-sequential-boundary.ts";
import { twoProportionTest } from "../../../src/stats/tests/two-proportion-test.ts";
import type { SequentialTest } from "../race.ts";
import { plannedLooks, type TwoArmWatch } from "../two-arms.ts";
import { difference, lookingAsPlanned } from "./two-arm-counts.ts";

/**
 * The z-test of two pooled proportions at the planned looks, against the boundary that spends its error over them. Its statistic is normal
 * only with some events in each arm, so looks before that are left out, as `msprt` and `confidenceSequence` do by default.
 */
export function groupSequential(
  spending: ErrorSpending & string,
  minimumEvents: number = 10,
): SequentialTest<TwoArmWatch> {
  const fractions = Array.from({ length: plannedLooks }, (_, i) => (i + 1) / plannedLooks);
  const boundary = groupSequentialBoundary(fractions, { spending });
  return {
    name: `group-sequential, ${spending}, ${plannedLooks} looks${minimumEvents === 0 ? ", no burn-in" : ""}`,
    begin: () => {
      let looks = 0;
      return lookingAsPlanned((counts) => {
        const z = boundary[looks++]?.z ?? Number.POSITIVE_INFINITY;
        const { challenger, champion } = counts;
        if ((difference(counts)?.events ?? 0) < minimumEvents) return false;
        const found = twoProportionTest(challenger, champion);
        return !isNotComputable(found) && Math.abs(found.statistic) >= z;
      });
    },
  };
}
