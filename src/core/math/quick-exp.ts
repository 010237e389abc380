import { powerOfTwo } from "./double-bits.ts";
import { stepsPerUnit, step1, step2, step3 } from "./exp-pair.ts";
import { powersOfTwo } from "./powers-of-two.ts";

/** Rows of `powersOfTwo`: the power, what is left of it, a multiple of 2^-25 next to the power, and what is left of that. */
const rows = new Float64Array(2 * powersOfTwo.length);
for (let j = 0; j < 64; j++) {
  const power = powersOfTwo[2 * j] as number;
  const left = powersOfTwo[2 * j + 1] as number;
  const upper = Math.round(power * 2 ** 25) / 2 ** 25;
  rows.set([power, left, upper, power - upper + left], 4 * j);
}

/** What the result, between 1 and 2 before it is scaled, is certain to. */
const error = 2 ** -64;
/** ln 2 / 64 without its first 32 bits. */
const lowStep = step2 + step3;
/** 1.5 · 2^18: added and taken away again, it rounds what is below 2^17 to a multiple of 2^-34. */
const rounder = 393216;

/**
 * e^x, rounded to the nearest double; NaN where the error bound leaves two doubles possible (once in two thousand) and outside
 * −708 … 709.
 *
 * The reduction of `expPair` without pairs: the power and its product with the leading part of r, at most 26 times 27 bits, are added
 * without error; the rest is below 2^-14 and has an error below 2^-65. Ziv, as in `quickLog`.
 */
export function quickExp(x: number): number {
  if (!(x > -708 && x < 709)) return Number.NaN;
  const k = Math.floor(x * stepsPerUnit + 0.5);
  const reduced = x - k * step1;
  const upper = reduced + rounder - rounder;
  const lower = reduced - upper - k * lowStep;
  const r = upper + lower;
  const z = r * r;
  const series = 0.5 * z + r * z * (1 / 6 + r * (1 / 24) + z * (1 / 120 + r * (1 / 720) + z * (1 / 5040)));
  const row = 4 * (k & 63);
  const power = rows[row] as number;
  const linear = (rows[row + 2] as number) * upper;
  const sum = power + linear;
  const left = (rows[row + 1] as number) + (rows[row + 3] as number) * upper;
  const rest = linear - (sum - power) + (left + power * (lower + series));
  const result = sum + (rest - error);
  return result === sum + (rest + error) ? result * powerOfTwo(k >> 6) : Number.NaN;
}
