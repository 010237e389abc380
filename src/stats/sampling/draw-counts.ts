import type { Random } from "../../core/random.ts";
import { binomialDraw } from "./binomial-draw.ts";
import { gammaDraw } from "./gamma-draw.ts";

/** Fills `into` with a draw from the Dirichlet-multinomial of `weights` (at least 0, not all 0) and `total` rows. */
export function drawCounts(random: Random, weights: Float64Array, total: number, into: Float64Array): void {
  for (let slot = 0; slot < weights.length; slot++) {
    const weight = weights[slot] as number;
    into[slot] = weight > 0 ? gammaDraw(random, weight) : 0;
  }
  let sum = 0;
  let last = 0;
  for (let slot = 0; slot < into.length; slot++) {
    if ((into[slot] as number) > 0) last = slot;
    sum += into[slot] as number;
  }
  let rowsLeft = total;
  for (let slot = 0; slot < into.length; slot++) {
    const mass = into[slot] as number;
    if (slot === last) into[slot] = rowsLeft;
    else if (mass > 0 && rowsLeft > 0) into[slot] = binomialDraw(random, rowsLeft, Math.min(1, mass / sum));
    else into[slot] = 0;
    sum -= mass;
    rowsLeft -= into[slot] as number;
  }
}
