import { exponentOf, scaleBy } from "./double-bits.ts";
import { exactSum, multiplyPairs, orderedSum, type Pair } from "./pair.ts";

/** An angle as a multiple of π/2 and a remainder of at most π/4. */
export interface ReducedAngle extends Pair {
  /** The multiple modulo 4. */
  readonly quadrant: number;
}

/** π/2 in parts of 33 bits, and the rest; 2/π. */
const part1 = 1.5707963267341256;
const part2 = 6.077100506303966e-11;
const part3 = 2.0222662487111665e-21;
const part4 = 8.4784276603689e-32;
const perQuadrant = 0.6366197723675814;
const halfPi: Pair = { hi: 1.5707963267948966, lo: 6.123233995736766e-17 };

/** 2/π · 2^1216, as much as the largest double needs: mpmath 1.4, 1400 bits. */
const twoOverPi = BigInt(
  "0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6bab",
);

/**
 * A finite angle reduced to at most π/4, to about 2^-70 of what is left, however large it is.
 *
 * Cody and Waite, Software Manual for the Elementary Functions (1980), up to 10^6; beyond it the product with 2/π in whole numbers,
 * after Payne and Hanek, Radian reduction for trigonometric functions, SIGNUM 18 (1983).
 */
export function reduceAngle(x: number): ReducedAngle {
  if (Math.abs(x) <= 0.7853981633974483) return { hi: x, lo: 0, quadrant: 0 };
  if (Math.abs(x) >= 1e6) return reduceLarge(x);
  const n = Math.floor(x * perQuadrant + 0.5);
  const first = exactSum(x - n * part1, -n * part2);
  const second = exactSum(first.hi, -n * part3);
  const { hi, lo } = exactSum(second.hi, second.lo + first.lo - n * part4);
  return { hi, lo, quadrant: n & 3 };
}

function reduceLarge(x: number): ReducedAngle {
  const exponent = exponentOf(x) - 52;
  const product = BigInt(Math.abs(scaleBy(x, -exponent))) * twoOverPi;
  const shift = BigInt(1216 - exponent);
  const whole = product >> shift;
  // 192 bits of the fraction: no double lies closer to a multiple of π/2 than 2^-62.
  let fraction = (product - (whole << shift)) >> (shift - 192n);
  let quadrant = Number(whole & 3n);
  if (fraction >> 191n === 1n) {
    fraction -= 1n << 192n;
    quadrant = (quadrant + 1) & 3;
  }
  const high = Number(fraction);
  const low = Number(fraction - BigInt(high));
  const left = multiplyPairs(orderedSum(high * 2 ** -192, low * 2 ** -192), halfPi);
  if (x > 0) return { hi: left.hi, lo: left.lo, quadrant };
  return { hi: -left.hi, lo: -left.lo, quadrant: -quadrant & 3 };
}
