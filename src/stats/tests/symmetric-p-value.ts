import type { Alternative } from "../alternative.ts";

/** The p-value of a statistic whose null distribution is symmetric around 0, by its upper tail. */
export function symmetricPValue(statistic: number, alternative: Alternative, sf: (at: number) => number): number {
  if (alternative === "two-sided") return Math.min(1, 2 * sf(Math.abs(statistic)));
  return sf(alternative === "greater" ? statistic : -statistic);
}
