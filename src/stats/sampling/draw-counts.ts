import type { Random } from "../../core/random.ts";
import { binomialDraw } from "./binomial-draw.ts";
import { betaDraw } from "./gamma-draw.ts";

/** Fills `into` with a draw from the Dirichlet-multinomial of `weights` (at least 0) and `total` rows, slot after slot. */
export function drawCounts(random: Random, weights: Float64Array, total: number, into: Float64Array): void {
  let weightLeft = weights.reduce((sum, weight) => sum + weight, 0);
  let rowsLeft = total;
  for (let slot = 0; slot < weights.length; slot++) {
    const weight = weights[slot] as number;
    weightLeft -= weight;
    const last = weightLeft <= 1e-9;
    if (weight === 0 || rowsLeft === 0) into[slot] = 0;
    else into[slot] = last ? rowsLeft : binomialDraw(random, rowsLeft, betaDraw(random, weight, weightLeft));
    rowsLeft -= into[slot] as number;
  }
}
