import { portable } from "../../core/math/portable.ts";
import { logBetaDensity } from "../special/incomplete-beta.ts";
import { panelSum } from "../special/tail-integral.ts";

/**
 * The probability that the distribution function of n values somewhere lies more than d above (or, alike, below) the true one: Birnbaum
 * and Tingey's sum (1951), of which every term is positive. Beyond 4,000 terms their sum is integrated instead: they are smooth and
 * vanish at both ends, so that the two differ by less than a rounding.
 */
export function ksOneSidedSf(d: number, n: number): number {
  const last = Math.floor(n * (1 - d));
  if (n > 4000) return d * panelSum((j) => term(j, d, n), 0, n * (1 - d), 64);
  let sum = (1 - d) ** n / d;
  for (let j = 1; j <= last; j++) sum += term(j, d, n);
  return d * sum;
}

/** C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j), for any j from 0 to n·(1 − d), whole or not. */
function term(j: number, d: number, n: number): number {
  const chance = d + j / n;
  const rest = (n - j) / n - d;
  if (rest <= 0 || j <= 0) return 0;
  return (portable.exp(logBetaDensity(j, n - j, chance, rest)) * (n / (j * (n - j)))) / chance;
}
