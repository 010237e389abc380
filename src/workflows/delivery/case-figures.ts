import { interpolatedQuantile } from "../../stats/quantile.ts";
import { isNotComputable } from "../../stats/not-computable.ts";
import { wilsonInterval } from "../../stats/quality/wilson-interval.ts";

/** How long something took, over cases. A quantile that too few cases bear is left out, and `note` says so. */
export interface DurationFigure {
  readonly cases: number;
  readonly p50Hours?: number;
  readonly p90Hours?: number;
  readonly note?: string;
}

/** How many of how many. Where they are too few the share is left out, and `note` says so. */
export interface ShareFigure {
  readonly count: number;
  readonly of: number;
  /** In [0, 1]. */
  readonly share?: number;
  /** Ends of the 95% interval of the share (Wilson, "Probable inference, the law of succession, and statistical inference", 1927). */
  readonly lower?: number;
  readonly upper?: number;
  readonly note?: string;
}

/** From how many cases on a figure is given. */
export interface FewestCases {
  /** Of a median. @default 3 */
  readonly p50: number;
  /** Of a 90th percentile: of fewer than ten cases it is the largest, or between the two largest. @default 10 */
  readonly p90: number;
  /** Of a share. @default 3 */
  readonly share: number;
}

/** The defaults of {@link FewestCases}. */
export const fewestCases: FewestCases = { p50: 3, p90: 10, share: 3 };

/** The quantiles of hours that their number bears; type 7, as `quantileOfSorted`. */
export function durationFigure(hours: readonly number[], fewest: FewestCases): DurationFigure {
  const sorted = [...hours].sort((a, b) => a - b);
  const cases = sorted.length;
  const bears = (name: "p50" | "p90"): boolean => cases > 0 && cases >= fewest[name];
  const lacking = (["p50", "p90"] as const).filter((name) => !bears(name));
  const needs = lacking.map((name) => `${name} needs ${fewest[name]}`).join(", ");
  return {
    cases,
    ...(bears("p50") && { p50Hours: interpolatedQuantile(sorted, 0.5) }),
    ...(bears("p90") && { p90Hours: interpolatedQuantile(sorted, 0.9) }),
    ...(needs !== "" && { note: `${casesText(cases)}: ${needs}` }),
  };
}

/** A share with its interval, if there are enough. */
export function shareFigure(count: number, of: number, fewest: FewestCases): ShareFigure {
  if (of === 0 || of < fewest.share) return { count, of, note: `${casesText(of)}: a share needs ${fewest.share}` };
  const interval = wilsonInterval({ successes: count, trials: of });
  const ends = isNotComputable(interval) ? {} : { lower: interval.lower, upper: interval.upper };
  return { count, of, share: count / of, ...ends };
}

function casesText(cases: number): string {
  return cases === 1 ? "1 case" : `${cases} cases`;
}
