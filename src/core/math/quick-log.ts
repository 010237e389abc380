import { highWord, powerOfTwo } from "./double-bits.ts";
import type { LogConstants } from "./log-pair.ts";
import { logTable } from "./log-table.ts";

/** Rows of `logTable` with c, −ln c to a multiple of 2^-42, and what is left of it. */
const rows = new Float64Array(logTable.length);
for (let i = 0; i < rows.length; i += 3) {
  const [c = 1, hi = 0, lo = 0] = logTable.subarray(i, i + 3);
  const rounded = Math.round(hi * 2 ** 42) / 2 ** 42;
  rows.set([c, rounded, hi - rounded + lo], i);
}

/** 1.5 · 2^20: added and taken away again, it rounds what is below 2^19 to a multiple of 2^-32. */
const rounder = 1572864;

/**
 * ln(hi + lo), rounded to the nearest double, for |lo| ≤ ulp(hi) / 2, and lo = 0 within 2^-8 of 1; NaN where the error bound leaves
 * two doubles possible (once in a thousand, in a hundred for a result next to 0) and for what is no positive, finite, normal double.
 *
 * The reduction of `logPair` without pairs: k · ln 2 − ln c and the leading part of r are multiples of 2^-42 below 2^10, whose sum is
 * exact; the rest is inexact by less than r² · 2^-51. Next to 1 only the series is inexact, by less than r² · 2^-52.
 * Ziv, Fast evaluation of elementary mathematical functions with correctly rounded last bit, ACM TOMS 17 (1991).
 */
export function quickLog(hi: number, lo: number, constants: LogConstants): number {
  const high = highWord(hi);
  if (high < 0x00100000 || high >= 0x7ff00000) return Number.NaN;
  const i = (high >> 13) & 127;
  const k = (high >> 20) - (i < 53 ? 1023 : 1022);
  const scale = powerOfTwo(-k);
  const m = hi * scale;
  const c = rows[3 * i] as number;
  const upper = m + rounder - rounder;
  const first = upper * c - 1;
  const second = (m - upper + lo * scale) * c;
  const r = first + second;
  const square = r * r;
  const series = logSeries(r, square);
  if (k === 0 && c === 1) return certain(r, series, square * 2 ** -52);
  const leading = k * constants.ln2Hi + (rows[3 * i + 1] as number) + first;
  const rest = second + (k * constants.ln2Lo + (rows[3 * i + 2] as number) + series);
  return certain(leading, rest, square * 2 ** -51 + 2 ** -80);
}

/** ln(1 + x), rounded to the nearest double, for |x| ≤ 2^-8; NaN where the error bound leaves two doubles possible (once in a hundred). */
export function quickLogNearOne(x: number): number {
  const square = x * x;
  return certain(x, logSeries(x, square), square * 2 ** -52);
}

/** ln(1 + r) − r for |r| ≤ 2^-7. */
function logSeries(r: number, square: number): number {
  const cubic =
    1 / 3 - r * (1 / 4) + square * (1 / 5 - r * (1 / 6) + square * (1 / 7 - r * (1 / 8) + square * (1 / 9)));
  return r * square * cubic - 0.5 * square;
}

/** The double next to leading + rest, or NaN where it is not the same for all rests within the error. */
function certain(leading: number, rest: number, error: number): number {
  const result = leading + (rest - error);
  return result === leading + (rest + error) ? result : Number.NaN;
}
