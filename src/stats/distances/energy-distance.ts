import { checkSample, checkSorted } from "../check-sample.ts";
import type { NotComputable } from "../not-computable.ts";
import { sortDoubles } from "../sort-doubles.ts";
import type { Distance } from "./distance.ts";
import { type Gaps, gapsOfSorted } from "./gaps-of-sorted.ts";

/**
 * The energy distance √(2 ∫ (F − G)²) of two samples (G. Székely and M. Rizzo, 2004), in the square root of the unit of the values.
 *
 * `notComputable` for an empty sample and for NaN or infinite values.
 *
 * @example
 * ```ts
 * import { energyDistance, isNotComputable } from "sluice/stats";
 * const result = energyDistance([0], [8]);
 * if (isNotComputable(result) || result.value !== 4) throw new Error("√(2 · 8)");
 * ```
 */
export function energyDistance(reference: ArrayLike<number>, current: ArrayLike<number>): Distance | NotComputable {
  return (
    checkSample("reference", reference, true) ??
    checkSample("current", current, true) ??
    energyDistanceSorted(sortDoubles(reference), sortDoubles(current))
  );
}

/** {@link energyDistance} of two samples that are sorted ascending and finite already. */
export function energyDistanceSorted(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Distance | NotComputable {
  return (
    checkSorted("reference", reference, true) ??
    checkSorted("current", current, true) ??
    energyOf(gapsOfSorted(reference, current), reference.length, current.length)
  );
}

/** The energy distance from ∫ (F − G)²; its root is a double even where the integral is not. */
export function energyOf({ squares, unit }: Pick<Gaps, "squares" | "unit">, n: number, m: number): Distance {
  return { metric: "energy", value: 2 * Math.sqrt(squares / 2) * Math.sqrt(unit), n, m };
}
