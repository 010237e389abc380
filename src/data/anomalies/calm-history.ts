import { type Interval, isInside } from "./interval.ts";

/** How anomalies of the past are treated. */
export interface HistoryOptions {
  /**
   * What becomes of past anomalies: `leaveOut` keeps a spike from widening or shifting later bounds, `keep` counts them as any other value.
   * @default "leaveOut"
   */
  readonly anomalies?: "leaveOut" | "keep";
  /** After so many anomalies in a row the series is taken to have changed, and starts anew with them; at least 2. @default 5 */
  readonly relearnAfter?: number;
}

/**
 * The values of a history that count, oldest first: each is judged by those kept before it, and left out where it is an outlier. Several in
 * a row are a new level, not outliers: what came before is then forgotten.
 */
export function calmHistory(
  history: ArrayLike<number>,
  options: Required<HistoryOptions>,
  outlierLimits: (kept: readonly number[]) => Interval | undefined,
): readonly number[] {
  if (options.anomalies === "keep") return Array.from(history);
  let kept: number[] = [];
  let apart: number[] = [];
  for (let i = 0; i < history.length; i++) {
    const value = history[i] as number;
    const limits = outlierLimits(kept);
    if (limits === undefined || isInside(limits, value)) {
      kept.push(value);
      apart = [];
      continue;
    }
    apart.push(value);
    if (apart.length < options.relearnAfter) continue;
    kept = apart;
    apart = [];
  }
  return kept;
}
