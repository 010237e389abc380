/** Splits doubles into words; index 1 is the high word on every platform the library runs on (little-endian). */
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** 2^−1024 … 2^1023: to read a power is much cheaper than to put it together from words. */
const powers = new Float64Array(2048);
for (let i = 0, power = 2 ** -1024; i < powers.length; i++, power *= 2) powers[i] = power;

/** The high 32 bits of a double: sign, exponent, 20 bits of the fraction. */
export function highWord(x: number): number {
  double[0] = x;
  return words[1] as number;
}

/** e with 2^e ≤ |x| < 2^(e+1), for a normal x. */
export function exponentOf(x: number): number {
  return ((highWord(x) >> 20) & 0x7ff) - 1023;
}

/** 2^exponent for −1024 … 1023. */
export function powerOfTwo(exponent: number): number {
  return powers[exponent + 1024] as number;
}

/** x · 2^exponent for |exponent| ≤ 2040, rounded once (a result below the normal doubles included). */
export function scaleBy(x: number, exponent: number): number {
  const half = exponent >> 1;
  return x * powerOfTwo(half) * powerOfTwo(exponent - half);
}
