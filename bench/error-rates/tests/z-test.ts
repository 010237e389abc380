import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { twoProportionTest } from "../../../src/stats/tests/two-proportion-test.ts";
import type { SequentialTest } from "../race.ts";
import type { TwoArmWatch } from "../two-arms.ts";
import { lookingAsPlanned, peeking, type TwoArmCounts } from "./two-arm-counts.ts";

function significant({ challenger, champion }: TwoArmCounts): boolean {
  const found = twoProportionTest(challenger, champion);
  return !isNotComputable(found) && found.pValue < 0.05;
}

/** The z-test of two pooled proportions, taken at its word at every look: what is not to be done. */
export const naiveZ: SequentialTest<TwoArmWatch> = { name: "z-test, peeking", begin: () => peeking(significant) };

/** The same test, looked at once at the end: what it is for. */
export const zOnce: SequentialTest<TwoArmWatch> = {
  name: "z-test, once at the end",
  begin: () => lookingAsPlanned((counts, fraction) => fraction === 1 && significant(counts)),
};
