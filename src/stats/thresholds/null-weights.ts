import type { CategoryBins, NumericBins, ReferenceBins } from "../binning/reference-bins.ts";

/**
 * How likely each slot is for a new row, as Dirichlet weights, given what the reference holds.
 *
 * For quantile bins of a continuous column the shares between n ordered rows are exactly Dirichlet with one unit a gap, so a new row
 * lies below the smallest or above the largest row with weight 1 each; so it is for bins of equal width between them. Elsewhere a slot weighs
 * what the reference counted in it. What the reference has never seen weighs as much as what it has seen once (Good and Turing): the slot
 * of unlisted categories, and all empty bins together, ½ each at most; a single slot that was empty weighs ½ (Jeffreys). Categories that are
 * listed because they were frequent in this reference are so by luck in part, which the unlisted ones get back.
 */
export function nullWeights(bins: ReferenceBins): Float64Array {
  const weights = Float64Array.from(bins.counts);
  if (bins.kind === "category") {
    giveBackLuck(bins, weights);
    const unlisted = bins.categories.length;
    weights[unlisted] = Math.max(weights[unlisted] as number, bins.singletons);
  } else {
    fillEmptyBins(bins, weights);
    if (bins.rule !== "distinct" && bins.rule !== "explicit") openTheEnds(bins, weights);
  }
  return weights.map((weight) => (weight === 0 ? 0.5 : weight));
}

/** Shares what was seen once among the bins that are empty. */
function fillEmptyBins({ uppers, counts }: NumericBins, weights: Float64Array): void {
  const inner = counts.slice(1, uppers.length + 1);
  const empty = inner.filter((count) => count === 0).length;
  const once = inner.filter((count) => count === 1).length;
  for (let slot = 1; slot <= uppers.length; slot++) {
    if (weights[slot] === 0) weights[slot] = Math.min(0.5, Math.max(once, 0.5) / empty);
  }
}

/** A unit below the smallest row, which its own bin gives up, and one above the largest. */
function openTheEnds({ uppers, counts }: NumericBins, weights: Float64Array): void {
  const above = uppers.length + 1;
  if (counts[0] === 0) {
    weights[0] = 1;
    weights[1] = Math.max(0, (weights[1] as number) - 1);
    if (weights[1] === 0) weights[1] = Number.MIN_VALUE;
  }
  if (counts[above] === 0) weights[above] = 1;
}

/**
 * Moves rows from the listed to the unlisted categories. With T the smallest count of a listed one, the expected sum of what X ≥ T leaves
 * of Poisson means is that of X ≥ T + 1 (H. Robbins, "An empirical Bayes approach to statistics", 1956): the listed ones count T times too
 * many as there are categories per unit of count at T.
 */
function giveBackLuck({ categories, counts }: CategoryBins, weights: Float64Array): void {
  const listed = categories.length;
  if (counts[listed] === 0) return;
  const least = counts[listed - 1] as number;
  const reach = Math.max(1, Math.round(Math.sqrt(least) / 2));
  const within = (from: number): number =>
    counts.slice(0, listed).filter((count) => count > from && count <= from + reach).length;
  // Categories per unit of count, continued in a straight line from the two stretches above T down to T.
  const near = within(least);
  const density = Math.max(near / 2, 1.5 * near - 0.5 * within(least + reach)) / reach;
  const each = Math.min(least / 2, (least * density) / listed);
  for (let slot = 0; slot < listed; slot++) weights[slot] = (weights[slot] as number) - each;
  weights[listed] = (weights[listed] as number) + each * listed;
}
