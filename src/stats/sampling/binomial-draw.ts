import { portable } from "../../core/math/portable.ts";
import type { Random } from "../../core/random.ts";
import { stirlingError } from "../special/log-gamma.ts";

/**
 * A draw from Binomial(n, p), exact for every size: inversion while the mean is small, else Hörmann's transformed rejection (BTRS,
 * W. Hörmann, "The generation of binomial random variates", 1993), whose cost does not grow with n.
 */
export function binomialDraw(random: Random, n: number, p: number): number {
  if (p > 0.5) return n - binomialDraw(random, n, 1 - p);
  return n * p < 10 ? byInversion(random, n, p) : byRejection(random, n, p);
}

function byInversion(random: Random, n: number, p: number): number {
  if (p <= 0) return 0;
  const odds = p / (1 - p);
  let rest = random.next();
  let mass = portable.exp(n * portable.log1p(-p));
  let k = 0;
  while (rest > mass && k < n && mass > 0) {
    rest -= mass;
    k++;
    mass *= (odds * (n - k + 1)) / k;
  }
  return k;
}

function byRejection(random: Random, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const scale = (2.83 + 5.1 / b) * deviation;
  for (;;) {
    const u = random.next() - 0.5;
    const v = 1 - random.next();
    const toEdge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / toEdge + b) * u + n * p + 0.5);
    if (toEdge >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    if (!(k >= 0 && k <= n)) continue;
    if (portable.log((v * scale) / (a / (toEdge * toEdge) + b)) <= logMassOverMode(k, n, p)) return k;
  }
}

/** The logarithm of the chance of k over the chance of the mode. */
function logMassOverMode(k: number, n: number, p: number): number {
  const mode = Math.floor((n + 1) * p);
  const odds = p / (1 - p);
  return (
    (mode + 0.5) * portable.log((mode + 1) / (odds * (n - mode + 1))) +
    (n + 1) * portable.log((n - mode + 1) / (n - k + 1)) +
    (k + 0.5) * portable.log((odds * (n - k + 1)) / (k + 1)) +
    (stirlingError(mode + 1) + stirlingError(n - mode + 1) - stirlingError(k + 1) - stirlingError(n - k + 1))
  );
}
