import { portable } from "../../core/math/portable.ts";
import { differenceOfProducts } from "../special/difference-of-products.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { isNotComputable, type NotComputable } from "../not-computable.ts";
import { wilsonInterval } from "../quality/wilson-interval.ts";
import type { Proportion } from "./proportion.ts";

/**
 * The difference of two proportions, first minus second, with the hybrid score interval: the two Wilson intervals joined as if
 * their half-widths were independent errors (R. G. Newcombe, "Interval estimation for the difference between independent proportions",
 * 1998, method 10). Sound for few trials and next to 0 and 1, and never beyond ±1.
 *
 * `notComputable` without trials; `argument/invalid` for impossible counts.
 *
 * @example
 * ```ts
 * import { isNotComputable, newcombeInterval } from "sluice/stats";
 * const rate = newcombeInterval({ successes: 56, trials: 70 }, { successes: 48, trials: 80 });
 * if (isNotComputable(rate) || Math.abs(rate.lower - 0.0524) > 5e-5 || Math.abs(rate.upper - 0.3339) > 5e-5) throw new Error("wrong");
 * ```
 */
export function newcombeInterval(
  first: Proportion,
  second: Proportion,
  options: ConfidenceOptions = {},
): IntervalEstimate | NotComputable {
  const a = wilsonInterval(first, options);
  if (isNotComputable(a)) return a;
  const b = wilsonInterval(second, options);
  if (isNotComputable(b)) return b;
  const value = proportionDifference(first, second);
  return {
    value,
    lower: Math.max(-1, value - portable.hypot(a.value - a.lower, b.upper - b.value)),
    upper: Math.min(1, value + portable.hypot(a.upper - a.value, b.value - b.lower)),
    confidence: a.confidence,
  };
}

/** First minus second, without the cancellation of two nearly equal shares. */
export function proportionDifference(first: Proportion, second: Proportion): number {
  const crossed = differenceOfProducts(first.successes, second.trials, second.successes, first.trials);
  return crossed / first.trials / second.trials;
}
