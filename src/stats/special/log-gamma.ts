import { portable } from "../../core/math/portable.ts";
import { requirePositive } from "../require-argument.ts";

/** ζ(k) − 1 for k = 2, 3, …: the Taylor coefficients of ln Γ around 1, up to a factor (Abramowitz & Stegun 6.1.33). */
const zetaMinusOne: readonly number[] = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.490155482836504e-8,
  7.45071178983543e-9, 3.725334024788457e-9,
];
const oneMinusEuler = 0.42278433509846713;

/**
 * The natural logarithm of Γ(x), accurate in the relative sense also next to its zeros at 1 and 2.
 *
 * @param x - Above 0 and finite; else `argument/invalid`. `Infinity` from 2.6e305 on, where the logarithm itself overflows.
 *
 * @example
 * ```ts
 * import { logGamma } from "sluice/stats";
 * if (Math.abs(logGamma(5) - Math.log(24)) > 1e-14) throw new Error("Γ(5) is 4!");
 * ```
 */
export function logGamma(x: number): number {
  requirePositive("x", x);
  if (x >= 10) return (x - 0.5) * portable.log(x) - x + 0.9189385332046728 + stirlingSeries(x);
  if (x < 0.5) return logGammaOnePlus(x) - portable.log(x);
  if (x < 1.5) return logGammaOnePlus(x - 1);
  let shifted = x;
  let product = 1;
  while (shifted >= 2.5) {
    shifted -= 1;
    product *= shifted;
  }
  return nearTwo(shifted - 2) + portable.log(product);
}

/** ln Γ(1 + z) for −½ ≤ z ≤ ½, precise for the smallest z. */
export function logGammaOnePlus(z: number): number {
  return nearTwo(z) - portable.log1p(z);
}

/**
 * ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π], the error of Stirling's formula, for x > 0.
 *
 * Densities written with it keep full relative precision for parameters of any size (C. Loader, 2000).
 */
export function stirlingError(x: number): number {
  if (x >= 10) return stirlingSeries(x);
  return logGamma(x) - ((x - 0.5) * portable.log(x) - x + 0.9189385332046728);
}

/** ln Γ(2 + z) for −½ ≤ z ≤ ½. */
function nearTwo(z: number): number {
  let sum = 0;
  for (let i = zetaMinusOne.length - 1; i >= 0; i--) {
    const k = i + 2;
    sum = ((k % 2 === 0 ? 1 : -1) * (zetaMinusOne[i] as number)) / k + z * sum;
  }
  return z * (oneMinusEuler + z * sum);
}

function stirlingSeries(x: number): number {
  const w = 1 / (x * x);
  const tail = -691 / 360360 + w * (1 / 156 + w * (-3617 / 122400 + w * (43867 / 244188)));
  const head = 1 / 12 + w * (-1 / 360 + w * (1 / 1260 + w * (-1 / 1680 + w * (1 / 1188 + w * tail))));
  return head / x;
}
