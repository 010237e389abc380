import { exponentOf, powerOfTwo, scaleBy } from "./double-bits.ts";
import { logTable } from "./log-table.ts";
import { addPairs, exactProduct, exactSum, orderedSum, type Pair } from "./pair.ts";

/** ln 2 in two parts. */
export interface LogConstants {
  /** ln 2 to 42 bits, so that its product with an exponent is exact. */
  readonly ln2Hi: number;
  /** The rest. */
  readonly ln2Lo: number;
}

/** ln 2 in two parts: mpmath 1.4, 400 bits. */
export const logConstants: LogConstants = { ln2Hi: 0.6931471805598903, ln2Lo: 5.497923018708371e-14 };

/**
 * ln(hi + lo) to about 2^-65, for a positive finite `hi` and |lo| ≤ ulp(hi).
 *
 * Tang, Table-driven implementation of the logarithm function, ACM TOMS 16 (1990): x = 2^k · m, and c of at most ten bits with
 * m · c = 1 + r, |r| < 0.008: ln x = k · ln 2 − ln c + ln(1 + r). Next to 1, c is 1, so that nothing cancels.
 */
export function logPair(hi: number, lo: number, constants: LogConstants): Pair {
  const small = hi < 2.2250738585072014e-308;
  const x = small ? hi * 2 ** 54 : hi;
  const exponent = exponentOf(x);
  const i = Math.floor((scaleBy(x, -exponent) - 1) * 128);
  const k = i < 53 ? exponent : exponent + 1;
  const m = scaleBy(x, -k);
  const left = lo === 0 ? 0 : lo * powerOfTwo(Math.max(-k, -1022));
  const c = logTable[3 * i] ?? 1;
  const product = exactProduct(m, c);
  const first = exactSum(product.hi - 1, product.lo);
  const r = orderedSum(first.hi, first.lo + left * c);
  const near = nearOne(r);
  const base = { hi: logTable[3 * i + 1] ?? 0, lo: logTable[3 * i + 2] ?? 0 };
  const powers = small ? k - 54 : k;
  if (powers === 0 && c === 1) return near;
  const scale = exactSum(powers * constants.ln2Hi, powers * constants.ln2Lo);
  return addPairs(addPairs(scale, base), near);
}

/** ln(1 + r) by its series, the square without error. */
function nearOne(r: Pair): Pair {
  const x = r.hi;
  const square = exactProduct(x, x);
  const series =
    x *
    square.hi *
    (1 / 3 - x * (1 / 4 - x * (1 / 5 - x * (1 / 6 - x * (1 / 7 - x * (1 / 8 - x * (1 / 9 - x / 10)))))));
  const sum = orderedSum(x, -0.5 * square.hi);
  return orderedSum(sum.hi, sum.lo + (series + (r.lo - x * r.lo) - 0.5 * square.lo));
}
