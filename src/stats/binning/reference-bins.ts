/**
 * Bins of numbers, frozen on a reference. A value x falls into bin i if uppers[i − 1] < x ≤ uppers[i].
 *
 * Counts over these bins have `uppers.length + 4` slots, in this order: below `min`; the bins; above the last upper edge; NaN; missing.
 */
export interface NumericBins {
  /** Tells the two kinds apart. */
  readonly kind: "numeric";
  /** The version of this record. */
  readonly version: 1;
  /**
   * `quantiles`: equal shares of the reference; `distinct`: one bin a value; `explicit`: edges given by the caller; the others: equal widths,
   * their number stated (`equal-width`) or found by a rule.
   */
  readonly rule: "quantiles" | "distinct" | "explicit" | "equal-width" | "sturges" | "doane" | "freedman-diaconis";
  /** The lower end of the first bin, included in it. */
  readonly min: number;
  /** The upper edge of each bin, ascending, each included in its bin; finite. */
  readonly uppers: readonly number[];
  /** The counts of the reference itself, slot by slot. */
  readonly counts: readonly number[];
}

/**
 * Bins of categories, frozen on a reference.
 *
 * Counts over these bins have `categories.length + 2` slots: the categories; everything unlisted; missing.
 */
export interface CategoryBins {
  /** Tells the two kinds apart. */
  readonly kind: "category";
  /** The version of this record. */
  readonly version: 1;
  /** The categories that have a slot of their own, the most frequent first. */
  readonly categories: readonly string[];
  /** The counts of the reference itself, slot by slot. */
  readonly counts: readonly number[];
  /** How many categories the reference has exactly once: the measure of what it has not seen yet (Good and Turing). */
  readonly singletons: number;
}

/** Bins frozen on a reference, with the counts of that reference; plain data, safe to store as JSON. */
export type ReferenceBins = NumericBins | CategoryBins;

/** A name for each slot, for reports: `"≤ 5"`, `"below 0"`, `"missing"`, … */
export function slotNames(bins: ReferenceBins): readonly string[] {
  if (bins.kind === "category") return [...bins.categories, "(unlisted)", "(missing)"];
  const last = bins.uppers[bins.uppers.length - 1];
  return [`below ${bins.min}`, ...bins.uppers.map((upper) => `≤ ${upper}`), `above ${last}`, "(NaN)", "(missing)"];
}
