import type { Random } from "../../core/random.ts";
import { upperBound } from "../../core/upper-bound.ts";
import { gammaDraw } from "./gamma-draw.ts";
import { multinomialDraw } from "./multinomial-draw.ts";

/** Fills `into` with a draw from the Dirichlet-multinomial of `weights` (at least 0, not all 0) and `total` rows. */
export function drawCounts(random: Random, weights: Float64Array, total: number, into: Float64Array): void {
  if (total <= 4 * weights.length) fromUrn(random, weights, total, into);
  else bySlots(random, weights, total, into);
}

/** Row by row, for few rows: each is a new one of the weights or, with the share of the rows so far, like one of those (Pólya's urn). */
function fromUrn(random: Random, weights: Float64Array, total: number, into: Float64Array): void {
  const upTo = new Float64Array(weights.length);
  let sum = 0;
  let last = 0;
  for (let slot = 0; slot < weights.length; slot++) {
    sum += weights[slot] as number;
    upTo[slot] = sum;
    if ((weights[slot] as number) > 0) last = slot;
  }
  const drawn = new Int32Array(total);
  into.fill(0);
  for (let row = 0; row < total; row++) {
    const at = random.next() * (sum + row);
    const slot =
      at < sum ? Math.min(last, upperBound(upTo, at)) : (drawn[Math.min(row - 1, Math.floor(at - sum))] as number);
    drawn[row] = slot;
    into[slot] = (into[slot] as number) + 1;
  }
}

/** Slot by slot, whatever the number of rows: the shares first, then a binomial draw for each of what is left. */
function bySlots(random: Random, weights: Float64Array, total: number, into: Float64Array): void {
  for (let slot = 0; slot < weights.length; slot++) {
    const weight = weights[slot] as number;
    into[slot] = weight > 0 ? gammaDraw(random, weight) : 0;
  }
  multinomialDraw(random, total, into);
}
