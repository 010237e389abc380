const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
/** 1/0! … 1/13!: on |r| ≤ ln 2 / 2 the remainder of the series is below 2⁻⁵⁷. */
const inverseFactorials: readonly number[] = Array.from({ length: 14 }, (_, n) => {
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return 1 / factorial;
});

/** e^x with the same bits on every runtime, unlike `Math.exp`; off by at most 2 units in the last place. */
export function portableExp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * ln2High - k * ln2Low;
  let sum = 0;
  for (let n = 13; n >= 0; n--) sum = sum * r + (inverseFactorials[n] ?? 0);
  // Two steps, so that neither power leaves the range of normal doubles.
  const half = Math.trunc(k / 2);
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

function powerOfTwo(exponent: number): number {
  let power = 1;
  const factor = exponent < 0 ? 0.5 : 2;
  let base = factor;
  for (let left = Math.abs(exponent); left > 0; left >>= 1) {
    if ((left & 1) === 1) power *= base;
    base *= base;
  }
  return power;
}
