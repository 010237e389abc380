import { normalIsf } from "../distributions/normal.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireOpenFraction } from "../require-argument.ts";
import { checkProportion, type Proportion } from "../tests/proportion.ts";

/**
 * Wilson's score interval of a proportion (E. B. Wilson, 1927): sound for few trials and next to 0 and 1.
 *
 * `notComputable` without trials; `argument/invalid` for impossible counts.
 *
 * @example
 * ```ts
 * import { isNotComputable, wilsonInterval } from "sluice/stats";
 * const rate = wilsonInterval({ successes: 0, trials: 10 });
 * if (isNotComputable(rate) || rate.lower !== 0 || Math.abs(rate.upper - 0.2775) > 1e-4) throw new Error("not Wilson's");
 * ```
 */
export function wilsonInterval(seen: Proportion, options: ConfidenceOptions = {}): IntervalEstimate | NotComputable {
  checkProportion("seen", seen);
  const { successes, trials } = seen;
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  if (trials === 0) return notComputable("empty", "there are no trials");
  const z2 = normalIsf((1 - confidence) / 2) ** 2;
  const share = successes / trials;
  const middle = (successes + z2 / 2) / (trials + z2);
  const half = Math.sqrt(z2 * (share * (1 - share) * trials + z2 / 4)) / (trials + z2);
  return {
    value: share,
    lower: successes === 0 ? 0 : Math.max(0, middle - half),
    upper: successes === trials ? 1 : Math.min(1, middle + half),
    confidence,
  };
}
