import { checkSample, checkSorted } from "../check-sample.ts";
import { isNotComputable, type NotComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { type KsMethodOptions, type KsResult, ksOfGap } from "../tests/ks-test.ts";
import type { Distance } from "./distance.ts";
import { energyOf } from "./energy-distance.ts";
import { gapsOfSorted } from "./gaps-of-sorted.ts";
import { deviationOf } from "./population-deviation.ts";
import { inUnit, requireUnit, type WassersteinOptions } from "./wasserstein.ts";

/** How {@link compareSamples} compares. */
export interface CompareSamplesOptions extends WassersteinOptions {
  /** The distances have no side, and KS here has none either: for one side use `ksTest`. @default "two-sided" */
  readonly alternative?: "two-sided";
  /** How the p-value of KS is found; no side here either. @default { method: "auto" } */
  readonly ks?: KsMethodOptions & Pick<CompareSamplesOptions, "alternative">;
}

/** What {@link compareSamples} found. */
export interface SampleComparison {
  /** The two-sample Kolmogorov–Smirnov test. */
  readonly ks: KsResult;
  /** The Wasserstein-1 distance. */
  readonly wasserstein: Distance;
  /** The energy distance. */
  readonly energy: Distance;
}

/**
 * The Kolmogorov–Smirnov test, the Wasserstein-1 and the energy distance of two samples from one sort of each and one walk over both: the
 * exact answers of `ksTest`, `wasserstein` and `energyDistance` for little more than the price of one.
 *
 * `notComputable` for an empty sample, NaN or infinite values, a Wasserstein distance beyond the largest double, and in the unit
 * `referenceStd` for a constant reference. Throws `argument/invalid` for an unknown word.
 *
 * @example
 * ```ts
 * import { compareSamples, isNotComputable } from "sluice/stats";
 * const result = compareSamples([1, 2, 3, 4], [3, 4, 5, 6]);
 * if (isNotComputable(result) || result.ks.statistic !== 0.5 || result.wasserstein.value !== 2) throw new Error("moved by two");
 * ```
 */
export function compareSamples(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: CompareSamplesOptions = {},
): SampleComparison | NotComputable {
  return (
    checkSample("reference", reference, true) ??
    checkSample("current", current, true) ??
    compareSorted(sortDoubles(reference), sortDoubles(current), options)
  );
}

/**
 * {@link compareSamples} of two samples that are sorted ascending and finite already: keep the reference sorted (`sortDoubles`) where many
 * windows are compared with it.
 */
export function compareSorted(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: CompareSamplesOptions = {},
): SampleComparison | NotComputable {
  const unit = requireUnit(options.unit);
  const { alternative = "two-sided", ks = {} } = options;
  requireOneOf("alternative", alternative, ["two-sided"]);
  requireOneOf("ks.alternative", ks.alternative ?? "two-sided", ["two-sided"]);
  const bad = checkSorted("reference", reference, true) ?? checkSorted("current", current, true);
  if (bad !== undefined) return bad;
  const n = reference.length;
  const m = current.length;
  const gaps = gapsOfSorted(reference, current);
  const wasserstein = inUnit(gaps, unit, n, m, () => deviationOf(reference));
  if (isNotComputable(wasserstein)) return wasserstein;
  return { ks: ksOfGap(gaps.largest, n, m, ks), wasserstein, energy: energyOf(gaps, n, m) };
}
