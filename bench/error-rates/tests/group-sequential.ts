import { isNotComputable } from "../../../src/stats/not-computable.ts";
import type { ErrorSpending } from "../../../src/stats/sequential/error-spending.ts";
import { GroupSequentialTest } from "../../../src/stats/sequential/group-sequential-test.ts";
import type { SequentialTest } from "../race.ts";
import { plannedLooks, type TwoArmWatch } from "../two-arms.ts";
import { difference, lookingAsPlanned, pooledStandardError } from "./two-arm-counts.ts";

/** The difference of two rates with its pooled standard error at the planned looks, against the boundary that spends its error over them. */
export function groupSequential(
  spending: ErrorSpending & string,
  options: { readonly minimumEvents?: number } = {},
): SequentialTest<TwoArmWatch> {
  return {
    name: `group-sequential, ${spending}, ${plannedLooks} looks${options.minimumEvents === 0 ? ", no burn-in" : ""}`,
    begin: () => {
      const test = new GroupSequentialTest({ spending, ...options });
      return lookingAsPlanned((counts, fraction) => {
        const estimate = difference(counts);
        if (estimate === undefined) return false;
        const { value, events } = estimate;
        const found = test.look({ fraction, value, standardError: pooledStandardError(counts), events });
        return !isNotComputable(found) && found.crossed;
      });
    },
  };
}
