import { requireNonNegative, requireOneOf, requireOpenFraction, requireCount } from "../../stats/require-argument.ts";
import type { HistoryOptions } from "./calm-history.ts";

/** How a strategy that states a confidence judges. */
export interface IntervalOptions extends HistoryOptions {
  /** The probability that a normal value lies within the bounds, strictly between 0 and 1. @default 0.999 */
  readonly confidence?: number;
  /** The least difference from what is expected that counts, in the metric's unit: for series that hardly vary. @default 0 */
  readonly minEffect?: number;
  /** The fewest values to judge by. */
  readonly minHistory?: number;
  /** How many of the newest values to judge by. @default all for the prediction interval, 100 for the robust one */
  readonly window?: number;
}

/** The options with their defaults; throws `argument/invalid`. */
export function historyOptions(options: HistoryOptions): Required<HistoryOptions> {
  return {
    anomalies: requireOneOf("anomalies", options.anomalies ?? "leaveOut", ["leaveOut", "keep"]),
    relearnAfter: requireCount("relearnAfter", options.relearnAfter ?? 5, 2),
  };
}

/** The options with their defaults; throws `argument/invalid`. */
export function intervalOptions(
  options: IntervalOptions,
  fewest: number,
  minHistory: number,
  window: number = Number.MAX_SAFE_INTEGER,
): Required<IntervalOptions> {
  const least = requireCount("minHistory", options.minHistory ?? minHistory, fewest);
  return {
    ...historyOptions(options),
    confidence: requireOpenFraction("confidence", options.confidence ?? 0.999),
    minEffect: requireNonNegative("minEffect", options.minEffect ?? 0),
    minHistory: least,
    window: requireCount("window", options.window ?? Math.max(window, least), least),
  };
}

/**
 * The upper tail beyond which a past value is left out: a hundredth of the one beyond which a value is an anomaly. Leaving out every
 * anomaly would cut the tails off calm noise, and its bounds would become too narrow for their stated confidence.
 */
export function outlierTail(tail: number): number {
  return tail / 100;
}
