import { checkSample, checkSorted } from "../check-sample.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import type { Distance, WassersteinUnit } from "./distance.ts";
import { type Gaps, gapsOfSorted } from "./gaps-of-sorted.ts";
import { deviationOf } from "./population-deviation.ts";

/** How {@link wasserstein} measures. */
export interface WassersteinOptions {
  /** `raw`: in the unit of the values; `referenceStd`: in standard deviations of the reference (divisor n). @default "raw" */
  readonly unit?: WassersteinUnit;
}

/** The unit, `raw` where none is given; throws `argument/invalid` for an unknown word. */
export function requireUnit(unit: WassersteinUnit = "raw"): WassersteinUnit {
  return requireOneOf("unit", unit, ["raw", "referenceStd"]);
}

/**
 * The Wasserstein-1 (earth mover's) distance of two samples: the area between their empirical distribution functions (S. Vallender, 1974).
 *
 * `notComputable` for an empty sample, NaN or infinite values, a distance beyond the largest double, and in the unit `referenceStd` for a
 * constant reference.
 *
 * @example
 * ```ts
 * import { isNotComputable, wasserstein } from "sluice/stats";
 * const result = wasserstein([0, 1, 2], [5, 6, 7]);
 * if (isNotComputable(result) || Math.abs(result.value - 5) > 1e-12) throw new Error("everything has moved by five");
 * ```
 */
export function wasserstein(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: WassersteinOptions = {},
): Distance | NotComputable {
  return (
    checkSample("reference", reference, true) ??
    checkSample("current", current, true) ??
    wassersteinSorted(sortDoubles(reference), sortDoubles(current), options)
  );
}

/** {@link wasserstein} of two samples that are sorted ascending and finite already, as a reference that is kept sorted is. */
export function wassersteinSorted(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: WassersteinOptions = {},
): Distance | NotComputable {
  const unit = requireUnit(options.unit);
  const { length: n } = reference;
  const { length: m } = current;
  return (
    checkSorted("reference", reference, true) ??
    checkSorted("current", current, true) ??
    inUnit(gapsOfSorted(reference, current), unit, n, m, () => deviationOf(reference))
  );
}

/** A Wasserstein distance in the unit that was asked for. */
export function inUnit(
  gaps: Pick<Gaps, "area" | "unit">,
  unit: WassersteinUnit,
  n: number,
  m: number,
  deviationOfReference: () => number,
): Distance | NotComputable {
  const deviation = unit === "raw" ? 1 : deviationOfReference();
  if (deviation === 0) return notComputable("constant", "the reference does not vary, so it has no standard deviation");
  const value = (gaps.area / deviation) * gaps.unit;
  return Number.isFinite(value)
    ? { metric: "wasserstein", value, n, m, unit }
    : notComputable("infinite", "the distance is beyond the largest double");
}
