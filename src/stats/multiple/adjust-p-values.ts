import { requireFraction } from "../require-argument.ts";

/**
 * Bonferroni-adjusted p-values (p × count): an alarm at adjusted p ≤ α keeps the chance of any false alarm at α, under any dependence.
 *
 * All functions of this file keep the order, take an empty list, and throw `argument/invalid` for a p-value outside [0, 1] or NaN.
 */
export function bonferroni(pValues: ArrayLike<number>): number[] {
  return checked(pValues).map((p) => Math.min(1, p * pValues.length));
}

/** Holm-adjusted p-values (S. Holm, 1979): the same promise as {@link bonferroni}, never less powerful. */
export function holm(pValues: ArrayLike<number>): number[] {
  const p = checked(pValues);
  const adjusted = p.slice();
  let running = 0;
  for (const [rank, index] of ascending(p).entries()) {
    running = Math.max(running, Math.min(1, (p[index] as number) * (p.length - rank)));
    adjusted[index] = running;
  }
  return adjusted;
}

/**
 * Benjamini–Hochberg-adjusted p-values (1995): alarms at adjusted p ≤ q keep the expected share of false ones among the alarms at q,
 * for independent or positively dependent tests.
 *
 * @example
 * ```ts
 * import { benjaminiHochberg } from "sluice/stats";
 * if (benjaminiHochberg([0.01, 0.04, 0.03]).map((p) => p.toFixed(3)).join() !== "0.030,0.040,0.040") throw new Error("wrong");
 * ```
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): number[] {
  return stepUp(pValues, 1);
}

/** Benjamini–Yekutieli-adjusted p-values (2001): as {@link benjaminiHochberg}, under any dependence, at a factor of Σ 1/i. */
export function benjaminiYekutieli(pValues: ArrayLike<number>): number[] {
  let factor = 0;
  for (let i = 1; i <= pValues.length; i++) factor += 1 / i;
  return stepUp(pValues, factor);
}

function stepUp(pValues: ArrayLike<number>, factor: number): number[] {
  const p = checked(pValues);
  const adjusted = p.slice();
  const order = ascending(p);
  let running = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const index = order[rank - 1] as number;
    running = Math.min(running, ((p[index] as number) * p.length * factor) / rank);
    adjusted[index] = running;
  }
  return adjusted;
}

function checked(pValues: ArrayLike<number>): number[] {
  return Array.from(pValues, (p, i) => (p >= 0 && p <= 1 ? p : requireFraction(`pValues[${i}]`, p)));
}

function ascending(p: readonly number[]): number[] {
  return p.map((_, index) => index).sort((a, b) => (p[a] as number) - (p[b] as number));
}
