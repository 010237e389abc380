import { isNotComputable, type NotComputable } from "../../src/stats/not-computable.ts";
import type { Answer, Comparison } from "./comparison.ts";

/** How far ours is from the oracle's: the relative error, 0 within the comparison's absolute tolerance, Infinity for another kind of answer. */
export function worstError(
  ours: Answer | NotComputable,
  theirs: Answer | null,
  { absolute = 0 }: Pick<Comparison, "absolute">,
): number {
  if (isNotComputable(ours) || theirs === null) return isNotComputable(ours) && theirs === null ? 0 : Infinity;
  const keys = Object.keys(theirs);
  if (keys.length === 0 || keys.length !== Object.keys(ours).length) return Infinity;
  return Math.max(...keys.map((key) => errorOf(ours[key], theirs[key] as number, absolute)));
}

function errorOf(found: number | undefined, expected: number, absolute: number): number {
  if (found === undefined || Number.isNaN(found) || Number.isNaN(expected)) return Infinity;
  if (found === expected) return 0;
  const difference = Math.abs(found - expected);
  if (!Number.isFinite(difference)) return Infinity;
  if (difference <= absolute) return 0;
  return expected === 0 ? Infinity : difference / Math.abs(expected);
}
