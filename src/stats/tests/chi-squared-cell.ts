import { log1pMinus } from "../special/log1p-minus.ts";

/** Which statistic compares observed with expected counts. `pearson`: Σ (o − e)²/e; `g`: 2 Σ o ln(o/e). */
export type ChiSquaredStatistic = "pearson" | "g";

/** The words of {@link ChiSquaredStatistic}. */
export const chiSquaredStatistics: readonly ChiSquaredStatistic[] = ["pearson", "g"];

/**
 * What a cell adds to the statistic, from the expected count and the exact difference, observed − expected. As these sum to 0 over
 * a table, 2·(o ln(o/e) − (o − e)) adds up to G without terms of both signs.
 */
export function chiSquaredCell(difference: number, expected: number, statistic: ChiSquaredStatistic): number {
  const u = difference / expected;
  if (statistic === "pearson") return difference * u;
  if (u <= -1) return 2 * expected;
  return 2 * expected * (Math.abs(u) < 0.5 ? (1 + u) * log1pMinus(u) + u * u : (1 + u) * Math.log1p(u) - u);
}
