import type { Random } from "../../core/random.ts";
import { binomialDraw } from "./binomial-draw.ts";

/** Shares `total` rows out among slots in proportion to their masses (at least 0, not all 0), which the counts replace. */
export function multinomialDraw(random: Random, total: number, masses: Float64Array): void {
  let sum = 0;
  let last = 0;
  for (let slot = 0; slot < masses.length; slot++) {
    if ((masses[slot] as number) > 0) last = slot;
    sum += masses[slot] as number;
  }
  let rowsLeft = total;
  for (let slot = 0; slot < masses.length; slot++) {
    const mass = masses[slot] as number;
    if (slot === last) masses[slot] = rowsLeft;
    else if (mass > 0 && rowsLeft > 0) masses[slot] = binomialDraw(random, rowsLeft, Math.min(1, mass / sum));
    else masses[slot] = 0;
    sum -= mass;
    rowsLeft -= masses[slot] as number;
  }
}
