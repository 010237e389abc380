import type { Random } from "../../core/random.ts";
import { betaDraw } from "./gamma-draw.ts";

/**
 * A draw from Binomial(n, p), exact for every size: the median of the n uniform numbers is drawn first, which halves n until inversion
 * takes few steps (L. Devroye, "Non-Uniform Random Variate Generation", X.4.3).
 */
export function binomialDraw(random: Random, n: number, p: number): number {
  let trials = n;
  let chance = p;
  let count = 0;
  while (trials * Math.min(chance, 1 - chance) > 15) {
    const rank = Math.floor(trials / 2) + 1;
    const middle = betaDraw(random, rank, trials + 1 - rank);
    if (middle <= chance) {
      count += rank;
      trials -= rank;
      chance = (chance - middle) / (1 - middle);
    } else {
      trials = rank - 1;
      chance /= middle;
    }
  }
  return (
    count + (chance <= 0.5 ? byInversion(random, trials, chance) : trials - byInversion(random, trials, 1 - chance))
  );
}

function byInversion(random: Random, n: number, p: number): number {
  if (p <= 0) return 0;
  const odds = p / (1 - p);
  let rest = random.next();
  let mass = Math.exp(n * Math.log1p(-p));
  let k = 0;
  while (rest > mass && k < n && mass > 0) {
    rest -= mass;
    k++;
    mass *= (odds * (n - k + 1)) / k;
  }
  return k;
}
