import { SluiceError } from "../../core/errors.ts";
import type { NumericBins, ReferenceBins } from "../binning/reference-bins.ts";
import { isNotComputable, type NotComputable } from "../not-computable.ts";
import { requireSameLength } from "../require-argument.ts";
import type { Binning, DistanceMetric, LineMetric } from "./distance.ts";
import { type DistanceOptions, histogramDistance, isHistogramMetric, requireDistance } from "./distance-options.ts";
import { type BinnedDistance, lineDistance, type Places } from "./line-histograms.ts";

/**
 * A distance of counts over frozen bins from the counts of the reference that the bins hold: any of the eight by its name.
 *
 * The six histogram distances use every slot: values outside, NaN and missing ones are cells like others. `wasserstein` and `energy` put the
 * rows of a bin at its middle (of rule `distinct`: at its value) and rows outside at the end of the range, so that the value is too small where
 * some lie far outside (then there is no `errorBound`); NaN and missing rows have no place on the line and are left out.
 *
 * `notComputable` when a side is empty and for what the distance itself says; throws `argument/invalid` for counts of other bins, an option that
 * the distance does not have, and `wasserstein` or `energy` of categories.
 *
 * @example
 * ```ts
 * import { binCounts, binnedDistance, isNotComputable, quantileBins } from "sluice/stats";
 * const bins = quantileBins({ values: Float64Array.from({ length: 1000 }, (_, i) => i) });
 * if (isNotComputable(bins)) throw new Error(bins.detail);
 * const counts = binCounts(bins, { values: Float64Array.from({ length: 100 }, (_, i) => i * 10 + 400) });
 * const result = binnedDistance("totalVariation", bins, counts);
 * if (isNotComputable(result) || Math.abs(result.value - 0.4) > 0.02) throw new Error("four tenths have moved out of the range");
 * if (result.binning?.rule !== "quantiles" || result.binning.bins !== 10) throw new Error("ten bins");
 * ```
 */
export function binnedDistance(
  metric: DistanceMetric,
  bins: ReferenceBins,
  counts: ArrayLike<number>,
  options: DistanceOptions = {},
): BinnedDistance | NotComputable {
  requireDistance(metric, options);
  requireSameLength("the counts of the bins and counts", bins.counts, counts);
  const found = isHistogramMetric(metric)
    ? histogramDistance(metric, bins.counts, counts, options)
    : alongTheLine(metric, bins, counts, options);
  return isNotComputable(found) ? found : { ...found, binning: binningOf(bins) };
}

/** The record of a distance about its bins. */
export function binningOf(bins: ReferenceBins): Binning {
  return bins.kind === "category"
    ? { rule: "categories", bins: bins.categories.length, edges: "reference" }
    : { rule: bins.rule, bins: bins.uppers.length, edges: bins.rule === "explicit" ? "given" : "reference" };
}

function alongTheLine(
  metric: LineMetric,
  bins: ReferenceBins,
  counts: ArrayLike<number>,
  options: DistanceOptions,
): BinnedDistance | NotComputable {
  if (bins.kind === "category") {
    throw new SluiceError("argument/invalid", {
      found: `${metric} of categories`,
      expected: "a distance that needs no order of the cells",
      fix: 'Use "totalVariation", "jensenShannon" or another histogram distance.',
    });
  }
  const above = bins.uppers.length + 1;
  const placed = Array.from(counts).slice(0, above + 1);
  const unit = options.unit === undefined ? {} : { unit: options.unit };
  const found = lineDistance(metric, placesOf(bins), bins.counts.slice(0, above + 1), placed, unit);
  const outside = [bins.counts, placed].some((side) => (side[0] as number) + (side[above] as number) > 0);
  if (isNotComputable(found) || !outside) return found;
  const { errorBound: _unknown, ...rest } = found;
  return rest;
}

/** Below, the bins, above. */
function placesOf({ min, uppers, rule }: NumericBins): Places {
  const ends = [min, ...uppers];
  const widths = uppers.map((upper, bin) => upper - (ends[bin] as number));
  const middles = uppers.map((upper, bin) => (rule === "distinct" ? upper : upper / 2 + (ends[bin] as number) / 2));
  const currentWidths = Float64Array.from([0, ...widths.map((width) => (rule === "distinct" ? 2 * width : width)), 0]);
  return {
    positions: Float64Array.from([min, ...middles, uppers[uppers.length - 1] as number]),
    referenceWidths: rule === "distinct" ? new Float64Array(currentWidths.length) : currentWidths,
    currentWidths,
  };
}
