/** The exact sum of doubles by big integers, rounded once. Values are multiples of 2^−300; NaN and infinities as IEEE 754 adds them. */
export function exactSumOf(values: readonly number[]): number {
  const special = values.filter((value) => !Number.isFinite(value));
  if (special.length > 0) return special.reduce((sum, value) => sum + value, 0);
  let sum = 0n;
  for (const value of values) sum += scaled(value);
  return Number(sum) * 2 ** -300;
}

function scaled(value: number): bigint {
  let mantissa = value;
  let exponent = 0;
  while (mantissa !== Math.trunc(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  return BigInt(mantissa) << BigInt(300 - exponent);
}
