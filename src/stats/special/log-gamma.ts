import { requirePositive } from "../require-argument.ts";

/** ζ(k) − 1 for k = 2, 3, …: the Taylor coefficients of ln Γ around 1, up to a factor (Abramowitz & Stegun 6.1.33). */
const zetaMinusOne: readonly number[] = [
  0.64493406684822644, 0.20205690315959429, 0.082323233711138192, 0.036927755143369926, 0.01734306198444914,
  0.0083492773819228268, 0.0040773561979443394, 0.0020083928260822144, 0.00099457512781808534, 0.00049418860411946456,
  0.0002460865533080483, 0.00012271334757848915, 6.1248135058704829e-5, 3.0588236307020494e-5, 1.5282259408651872e-5,
  7.6371976378997623e-6, 3.8172932649998399e-6, 1.9082127165539389e-6, 9.5396203387279611e-7, 4.7693298678780646e-7,
  2.3845050272773299e-7, 1.1921992596531107e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365041e-8,
  7.4507117898354295e-9, 3.7253340247884571e-9,
];
const oneMinusEuler = 0.42278433509846713;

/**
 * The natural logarithm of Γ(x), accurate in the relative sense also next to its zeros at 1 and 2.
 *
 * @param x - Above 0 and finite; else `argument/invalid`.
 */
export function logGamma(x: number): number {
  requirePositive("x", x);
  if (x >= 10) return (x - 0.5) * Math.log(x) - x + 0.9189385332046728 + stirlingSeries(x);
  if (x < 0.5) return nearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return nearTwo(x - 1) - Math.log1p(x - 1);
  let shifted = x;
  let product = 1;
  while (shifted >= 2.5) {
    shifted -= 1;
    product *= shifted;
  }
  return nearTwo(shifted - 2) + Math.log(product);
}

/**
 * ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π], the error of Stirling's formula, for x > 0.
 *
 * Densities written with it keep full relative precision for parameters of any size (C. Loader, 2000).
 */
export function stirlingError(x: number): number {
  if (x >= 10) return stirlingSeries(x);
  return logGamma(x) - ((x - 0.5) * Math.log(x) - x + 0.9189385332046728);
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
