import { portable } from "../../core/math/portable.ts";

/**
 * The probability that the one-sample Kolmogorov–Smirnov distance of n values is below d, to order n^(−3/2)
 * (W. Pelz and I. J. Good, "Approximating the lower tail-areas of the Kolmogorov–Smirnov one-sample statistic", 1976).
 */
export function ksPelzGoodCdf(d: number, n: number): number {
  const z = Math.sqrt(n) * d;
  const terms = thetaSums(z);
  extraSums(z, terms);
  return terms[0] + terms[1] / Math.sqrt(n) + terms[2] / n + terms[3] / n ** 1.5;
}

type Terms = [number, number, number, number];

const pi2 = Math.PI ** 2;
const rootTwoPi = Math.sqrt(2 * Math.PI);

/** The sums over odd integers m of polynomials in m² times q^(m²), by Horner's scheme in q^(8k). */
function thetaSums(z: number): Terms {
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const log = -pi2 / 8 / z2;
  const sums: Terms = [0, 0, 0, 0];
  for (let k = Math.ceil((16 * z) / Math.PI); k > 0; k--) {
    const m2 = (2 * k - 1) ** 2;
    const step = portable.exp(log * 8 * k);
    sums[0] = sums[0] * step + 1;
    sums[1] = sums[1] * step + (-z2 + (pi2 / 4) * m2);
    sums[2] =
      sums[2] * step +
      (6 * z6 + 2 * z4 + ((2 * z4 - 5 * z2) * pi2 * m2) / 4 + (pi2 * pi2 * (1 - 2 * z2) * m2 * m2) / 16);
    sums[3] =
      sums[3] * step +
      (-30 * z6 -
        90 * z4 * z4 +
        (pi2 * (135 * z4 - 96 * z6) * m2) / 4 +
        (pi2 ** 2 * (-60 * z2 + 212 * z4) * m2 ** 2) / 16 +
        (pi2 ** 3 * (5 - 30 * z2) * m2 ** 3) / 64);
  }
  const scale = portable.exp(log) * rootTwoPi;
  return [
    (sums[0] * scale) / z,
    (sums[1] * scale) / (6 * z4),
    (sums[2] * scale) / (72 * z ** 7),
    (sums[3] * scale) / (6480 * z ** 10),
  ];
}

/** Adds the sums over all integers k that belong to the third and fourth term. */
function extraSums(z: number, terms: Terms): void {
  const z2 = z * z;
  let third = 0;
  let fourth = 0;
  for (let k = Math.ceil((16 * z) / Math.PI); k > 0; k--) {
    const power = k * k * portable.exp((-pi2 / 2 / z2) * k * k);
    third += power;
    fourth += (3 * z2 - pi2 * k * k) * power;
  }
  terms[2] -= (third * pi2 * rootTwoPi) / (36 * z ** 3);
  terms[3] += (fourth * pi2 * rootTwoPi) / (216 * z ** 6);
}
