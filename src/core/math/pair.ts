/** A number as the unevaluated sum of two doubles, about 106 bits: `hi` is the sum rounded to a double, `lo` what is left of it. */
export interface Pair {
  readonly hi: number;
  readonly lo: number;
}

/** 2^27 + 1: splits a double into two halves of 26 bits. */
const splitter = 134217729;

/** a + b without error. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B. */
export function exactSum(a: number, b: number): Pair {
  const hi = a + b;
  const part = hi - a;
  return { hi, lo: a - (hi - part) + (b - part) };
}

/** a + b without error where |a| ≥ |b| or a = 0. Dekker, A floating-point technique for extending the available precision, 1971. */
export function orderedSum(a: number, b: number): Pair {
  const hi = a + b;
  return { hi, lo: b - (hi - a) };
}

/** a · b without error, for |a| and |b| below 2^996 and a product above 2^-968. Dekker 1971, with Veltkamp's splitting. */
export function exactProduct(a: number, b: number): Pair {
  const hi = a * b;
  const shiftedA = splitter * a;
  const a1 = shiftedA - (shiftedA - a);
  const a2 = a - a1;
  const shiftedB = splitter * b;
  const b1 = shiftedB - (shiftedB - b);
  const b2 = b - b1;
  return { hi, lo: a2 * b2 - (hi - a1 * b1 - a2 * b1 - a1 * b2) };
}

/** a + b, to about 2^-104 unless it cancels. */
export function addPairs(a: Pair, b: Pair): Pair {
  const sum = exactSum(a.hi, b.hi);
  return orderedSum(sum.hi, sum.lo + (a.lo + b.lo));
}

/** a · b, to about 2^-102. */
export function multiplyPairs(a: Pair, b: Pair): Pair {
  const product = exactProduct(a.hi, b.hi);
  return orderedSum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}

/** a / b, to about 2^-100. */
export function dividePairs(a: Pair, b: Pair): Pair {
  const quotient = a.hi / b.hi;
  const product = exactProduct(quotient, b.hi);
  return orderedSum(quotient, (a.hi - product.hi - product.lo + a.lo - quotient * b.lo) / b.hi);
}

/** The square root of a ≥ 0, to about 2^-100. */
export function squareRootOfPair(a: Pair): Pair {
  const root = Math.sqrt(a.hi);
  if (root === 0) return { hi: 0, lo: 0 };
  const square = exactProduct(root, root);
  return orderedSum(root, (a.hi - square.hi - square.lo + a.lo) / (2 * root));
}

/** −a. */
export function negatePair(a: Pair): Pair {
  return { hi: -a.hi, lo: -a.lo };
}
