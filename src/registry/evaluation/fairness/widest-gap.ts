import { portable } from "../../../core/math/portable.ts";
import type { Metrics } from "../../../contracts/metric-estimate.ts";
import { normalIsf } from "../../../stats/distributions/normal.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import { newcombeInterval } from "../../../stats/tests/newcombe-interval.ts";
import type { Proportion } from "../../../stats/tests/proportion.ts";

/** A rate of a group, as counted. */
export interface GroupRate {
  readonly value: string;
  readonly seen: Proportion;
}

/**
 * The largest difference of a rate between two groups, over one rate or the larger of several. Each pair has Newcombe's interval at a level that holds for all
 * pairs at once (Bonferroni); the largest of their ends then bound the largest difference with at least 95%. That it was picked as the largest is so accounted for.
 */
export function widestGap(rates: readonly (readonly GroupRate[])[], n: number): Metrics[string] {
  const pairs = rates.flatMap((groups) =>
    groups.flatMap((one, i) => groups.slice(i + 1).map((other) => [one, other] as const)),
  );
  let [value, lower, upper] = [0, 0, 0];
  for (const [one, other] of pairs) {
    const found = newcombeInterval(one.seen, other.seen, { confidence: 1 - 0.05 / pairs.length });
    if (isNotComputable(found)) return { notComputable: without(one.seen.trials === 0 ? one : other) };
    value = Math.max(value, Math.abs(found.value));
    upper = Math.max(upper, Math.abs(found.lower), Math.abs(found.upper));
    lower = Math.max(lower, found.lower, -found.upper);
  }
  return { value, lower, upper, n };
}

/**
 * The least rate over the largest, with the interval of the log ratio (D. Katz et al., 1978) at a level that holds for all pairs at once. A group without any
 * success has no such interval.
 */
export function leastRatio(groups: readonly GroupRate[], n: number): Metrics[string] {
  const none = groups.find(({ seen }) => seen.successes === 0);
  if (none !== undefined) return { notComputable: `no row of "${none.value}" was called positive` };
  const pairs = groups.flatMap((one, i) => groups.slice(i + 1).map((other) => [one.seen, other.seen] as const));
  const z = normalIsf(0.025 / pairs.length);
  let [value, lower, upper] = [1, 1, 1];
  for (const [a, b] of pairs) {
    const ratio = a.successes / a.trials / (b.successes / b.trials);
    const error = Math.sqrt(1 / a.successes - 1 / a.trials + 1 / b.successes - 1 / b.trials);
    const log = -Math.abs(portable.log(ratio));
    value = Math.min(value, portable.exp(log));
    lower = Math.min(lower, portable.exp(log - z * error));
    upper = Math.min(upper, portable.exp(log + z * error));
  }
  return { value, lower, upper: Math.min(1, Math.max(value, upper)), n };
}

function without({ value, seen }: GroupRate): string {
  return `the rate of "${value}" is one of ${seen.trials} rows`;
}
