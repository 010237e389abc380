import { isNotComputable, type NotComputable } from "../../../src/stats/not-computable.ts";
import type { QualityValue } from "../../../src/stats/quality/quality-value.ts";

/** −7 stands for a value that is not computable inside an answer with others. */
export function orMissing(value: number | NotComputable): number {
  return isNotComputable(value) ? -7 : value;
}

/** The value of an answer of its own, −7 where there is none. */
export function numberOf(found: QualityValue | NotComputable): number {
  return isNotComputable(found) ? -7 : found.value;
}
