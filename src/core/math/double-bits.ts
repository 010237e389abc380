/** Splits doubles into words; index 1 is the high word on every platform the library runs on (little-endian). */
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** The high 32 bits of a double: sign, exponent, 20 bits of the fraction. */
export function highWord(x: number): number {
  double[0] = x;
  return words[1] ?? 0;
}

/** The double with another high word. */
export function withHighWord(x: number, high: number): number {
  double[0] = x;
  words[1] = high;
  return double[0] ?? 0;
}

/** e with 2^e ≤ |x| < 2^(e+1), for a normal x. */
export function exponentOf(x: number): number {
  return ((highWord(x) >> 20) & 0x7ff) - 1023;
}

/** 2^exponent for −1022 … 1023. */
export function powerOfTwo(exponent: number): number {
  return withHighWord(0, (exponent + 1023) << 20);
}

/** x · 2^exponent for |exponent| ≤ 2040, rounded once (a result below the normal doubles included). */
export function scaleBy(x: number, exponent: number): number {
  const half = exponent >> 1;
  return x * powerOfTwo(half) * powerOfTwo(exponent - half);
}
