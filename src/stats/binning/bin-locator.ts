import { gridLocator } from "./grid-locator.ts";
import type { BinLocator, LocatorPlan } from "./locator-plan.ts";
import type { NumericBins } from "./reference-bins.ts";
import { searchLocator } from "./search-locator.ts";
import { wordLocator } from "./word-locator.ts";

/**
 * The quickest way to find the slots of these bins: a table over a uniform grid (dense data), one over the upper halves of doubles (data
 * over many decades), or halving where both tables have crowded cells (far clusters, edges next to each other).
 */
export function binLocator(bins: NumericBins): BinLocator {
  // −0 equals 0 but has other bits.
  const uppers = Float64Array.from(bins.uppers, (upper) => upper + 0);
  const min = bins.min + 0;
  const search = searchLocator(min, uppers);
  if (uppers.length > 65_535) return search;
  const cells = Math.min(16_384, Math.max(64, 32 * 2 ** Math.ceil(Math.log2(uppers.length))));
  const trims = [0, 1, 4].filter((trim) => 8 * trim < uppers.length);
  const grids = trims.map((trim) => gridLocator(min, uppers, bins.counts, cells, trim));
  const quick = [...grids, wordLocator(min, uppers, bins.counts, cells)].filter(isQuick);
  quick.sort((a, b) => a.comparisons - b.comparisons);
  return quick[0]?.build() ?? search;
}

/** Whether a table beats halving, which takes some 40 ns, at least on average, and is not much worse for any value. */
function isQuick(plan: LocatorPlan | undefined): plan is LocatorPlan {
  return plan !== undefined && plan.comparisons <= 8 && plan.most <= 32;
}
