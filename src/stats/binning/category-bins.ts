import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount } from "../require-argument.ts";
import type { CategoryBins } from "./reference-bins.ts";

/** How {@link categoryBins} lists categories. */
export interface CategoryBinsOptions {
  /** The most categories with a slot of their own; rarer ones share the slot of the unlisted. @default 100 */
  readonly most?: number;
}

/**
 * Freezes bins on a reference column of categories, the most frequent first (ties by code unit order); `null` and `undefined` are missing.
 *
 * `notComputable` when nothing is present.
 *
 * @example
 * ```ts
 * import { categoryBins, categoryCounts, isNotComputable } from "sluice/stats";
 * const bins = categoryBins(["ATL", "ORD", "ATL", null]);
 * if (isNotComputable(bins)) throw new Error("not empty");
 * if (categoryCounts(bins, ["ORD", "XYZ", null]).join() !== "0,1,1,1") throw new Error("ATL, ORD, unlisted, missing");
 * ```
 */
export function categoryBins(
  reference: Iterable<string | null | undefined>,
  options: CategoryBinsOptions = {},
): CategoryBins | NotComputable {
  const most = requireCount("most", options.most ?? 100, 1);
  const counts = new Map<string, number>();
  let missing = 0;
  for (const value of reference) {
    if (value === null || value === undefined) missing++;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (counts.size === 0) return notComputable("empty", "the reference has no category");
  const ranked = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const listed = ranked.slice(0, most);
  const unlisted = ranked.slice(most).reduce((sum, [, count]) => sum + count, 0);
  return {
    kind: "category",
    version: 1,
    categories: listed.map(([category]) => category),
    counts: [...listed.map(([, count]) => count), unlisted, missing],
    singletons: ranked.filter(([, count]) => count === 1).length,
  };
}

/** The counts of a column of categories over frozen bins, slot by slot (see {@link CategoryBins}); `null` and `undefined` are missing. */
export function categoryCounts(bins: CategoryBins, values: Iterable<string | null | undefined>): Float64Array {
  const slots = new Map(bins.categories.map((category, slot) => [category, slot]));
  const unlisted = bins.categories.length;
  const counts = new Float64Array(unlisted + 2);
  for (const value of values) {
    const slot = value === null || value === undefined ? unlisted + 1 : (slots.get(value) ?? unlisted);
    counts[slot] = (counts[slot] as number) + 1;
  }
  return counts;
}
