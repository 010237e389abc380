import type { ReferenceBins } from "../binning/reference-bins.ts";

/**
 * How likely each slot is for a new row, as Dirichlet weights, given what the reference holds.
 *
 * For quantile bins of a continuous column the shares between n ordered rows are exactly Dirichlet with one unit a gap, so a new row
 * lies below the smallest or above the largest row with weight 1 each. Elsewhere a slot weighs what the reference counted in it, and a
 * slot that was empty ½ (Jeffreys); the slot of unlisted categories weighs the number of categories seen once (Good and Turing).
 */
export function nullWeights(bins: ReferenceBins): Float64Array {
  const weights = Float64Array.from(bins.counts);
  if (bins.kind === "category") {
    const unlisted = bins.categories.length;
    weights[unlisted] = Math.max(weights[unlisted] as number, bins.singletons);
  } else if (bins.rule === "quantiles") {
    const above = bins.uppers.length + 1;
    weights[0] = Math.max(1, weights[0] as number);
    weights[above] = Math.max(1, weights[above] as number);
    weights[1] = Math.max(0, (weights[1] as number) - 1);
    return weights.map((weight, slot) => (weight === 0 && slot > above ? 0.5 : weight));
  }
  return weights.map((weight) => (weight === 0 ? 0.5 : weight));
}
