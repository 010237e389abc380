/** The exact sum of doubles by big integers, rounded once. Values are multiples of 2^−1000, the sum below 2^700 in size; NaN and infinities as IEEE 754 adds them. */
export function exactSumOf(values: readonly number[]): number {
  const special = values.filter((value) => !Number.isFinite(value));
  if (special.length > 0) return special.reduce((sum, value) => sum + value, 0);
  let sum = 0n;
  for (const value of values) sum += scaled(value);
  // A last bit that says "and a little more" keeps the rounding that of the whole.
  const head = sum >> 800n;
  const isLarge = head > 2n ** 60n || head < -(2n ** 60n);
  if (isLarge) return Number((head << 1n) | (head << 800n === sum ? 0n : 1n)) * 2 ** -201;
  return Number(sum) * 2 ** -500 * 2 ** -500;
}

function scaled(value: number): bigint {
  let mantissa = value;
  let exponent = 0;
  while (mantissa !== Math.trunc(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  return BigInt(mantissa) << BigInt(1000 - exponent);
}
