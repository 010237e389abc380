import { binCounts } from "../binning/bin-counter.ts";
import { categoryBins, categoryCounts } from "../binning/category-bins.ts";
import { type BinWidthRule, equalWidthBins } from "../binning/equal-width-bins.ts";
import { quantileBins } from "../binning/numeric-bins.ts";
import type { NumericBins } from "../binning/reference-bins.ts";
import { SluiceError } from "../../core/errors.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import { binnedDistance } from "./binned-distance.ts";
import type { Distance, DistanceMetric, HistogramMetric } from "./distance.ts";
import { type DistanceOptions, isHistogramMetric, requireDistance } from "./distance-options.ts";
import { energyDistance } from "./energy-distance.ts";
import { wasserstein } from "./wasserstein.ts";

/** A rule that cuts bins from the reference. */
export type BinningRule = "quantiles" | "equal-width" | BinWidthRule;

/** How {@link sampleDistance} measures. */
export interface SampleDistanceOptions extends DistanceOptions {
  /** How the values are binned: a rule, which sees the reference alone, or bins that are frozen already. @default "quantiles" */
  readonly binning?: BinningRule | NumericBins;
  /** The number of bins, for `quantiles` (at most so many) and `equal-width`. @default 10 */
  readonly bins?: number;
}

/**
 * A distance of two samples of numbers by its name, with the bins it was measured over.
 *
 * `wasserstein` and `energy` compare the samples as they are. The six others compare counts over bins that are frozen on the reference: NaN
 * has a slot of its own, as have values below and above its range, so none is dropped and the edges never move with the current data.
 *
 * `notComputable` for an empty sample and what the distance itself says (`wasserstein` and `energy`: NaN and infinite values); throws
 * `argument/invalid` for an unknown word and for an option that the distance or the rule does not have. For columns with missing values, and to
 * bin a reference once for many windows, use `quantileBins` or `equalWidthBins` with `binCounts` and `binnedDistance`.
 *
 * @example
 * ```ts
 * import { isNotComputable, sampleDistance } from "sluice/stats";
 * const reference = Float64Array.from({ length: 1000 }, (_, i) => i);
 * const current = reference.map((value) => value * 1.5);
 * const psi = sampleDistance("psi", reference, current);
 * const bits = sampleDistance("jensenShannon", reference, current, { binning: "doane", base: "2" });
 * const moved = sampleDistance("wasserstein", reference, current);
 * if (isNotComputable(psi) || psi.binning?.rule !== "quantiles" || psi.value < 1) throw new Error("a third lies above");
 * if (isNotComputable(bits) || bits.binning?.bins !== 11) throw new Error("eleven bins");
 * if (isNotComputable(moved) || Math.abs(moved.value - 249.75) > 1e-9) throw new Error("by a quarter of the range on average");
 * ```
 */
export function sampleDistance(
  metric: DistanceMetric,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: SampleDistanceOptions = {},
): Distance | NotComputable {
  const { binning, bins, ...rest } = options;
  requireDistance(metric, rest);
  if (!isHistogramMetric(metric)) {
    if (binning !== undefined || bins !== undefined)
      refuse(`bins for ${metric}`, "none: it compares samples as they are");
    return metric === "energy" ? energyDistance(reference, current) : wasserstein(reference, current, rest);
  }
  if (reference.length === 0) return notComputable("empty", "the reference sample is empty");
  const frozen = frozenBins(reference, binning ?? "quantiles", bins);
  if (isNotComputable(frozen)) return frozen;
  const own =
    typeof binning === "object" ? { ...frozen, counts: Array.from(binCounts(frozen, { values: reference })) } : frozen;
  return binnedDistance(metric, own, binCounts(frozen, { values: current }), rest);
}

/** How {@link categoryDistance} measures. */
export interface CategoryDistanceOptions extends Omit<DistanceOptions, "unit"> {
  /** The most categories with a cell of their own; rarer ones share one. @default 100 */
  readonly most?: number;
}

/**
 * A distance of two samples of categories by its name: a cell for each category of the reference, one for all others and one for missing
 * values (`null` or `undefined`).
 *
 * `notComputable` when a side is empty or nothing of the reference is present.
 *
 * @example
 * ```ts
 * import { categoryDistance, isNotComputable } from "sluice/stats";
 * const result = categoryDistance("lInfinity", ["a", "a", "b", null], ["a", "new", "new", null]);
 * if (isNotComputable(result) || result.value !== 0.5) throw new Error("half of the rows are of an unseen category");
 * ```
 */
export function categoryDistance(
  metric: HistogramMetric,
  reference: Iterable<string | null | undefined>,
  current: Iterable<string | null | undefined>,
  options: CategoryDistanceOptions = {},
): Distance | NotComputable {
  const { most, ...rest } = options;
  requireDistance(metric, rest);
  const bins = categoryBins(reference, most === undefined ? {} : { most });
  return isNotComputable(bins) ? bins : binnedDistance(metric, bins, categoryCounts(bins, current), rest);
}

function frozenBins(
  reference: ArrayLike<number>,
  binning: BinningRule | NumericBins,
  bins: number | undefined,
): NumericBins | NotComputable {
  const counted = bins === undefined ? {} : { bins };
  if (typeof binning === "object") {
    if (bins !== undefined) refuse("a number of bins beside bins that are frozen", "one of the two");
    return binning;
  }
  requireOneOf("binning", binning, ["quantiles", "equal-width", "sturges", "doane", "freedman-diaconis"]);
  if (binning === "quantiles") return quantileBins({ values: reference }, counted);
  if (binning === "equal-width") return equalWidthBins({ values: reference }, counted);
  if (bins !== undefined) refuse(`a number of bins for the rule ${binning}`, "none: the rule finds it");
  return equalWidthBins({ values: reference }, { bins: binning });
}

function refuse(found: string, expected: string): never {
  throw new SluiceError("argument/invalid", { found, expected, fix: "Leave the option out." });
}
