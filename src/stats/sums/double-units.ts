const bits = new BigUint64Array(1);
const double = new Float64Array(bits.buffer);

/** A finite double as a whole number of 2^−1074, the smallest double: exact. */
export function toUnits(value: number): bigint {
  double[0] = value;
  const all = bits[0] as bigint;
  const exponent = (all >> 52n) & 2047n;
  const fraction = all & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return all >> 63n === 0n ? magnitude : -magnitude;
}

/** The double nearest to a whole number of 2^−1074, ties to even; ±Infinity beyond the range. */
export function fromUnits(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  const shift = BigInt(Math.max(0, magnitude.toString(2).length - 53));
  let head = magnitude >> shift;
  const rest = magnitude - (head << shift);
  const half = shift === 0n ? 1n : 1n << (shift - 1n);
  if (rest > half || (rest === half && shift > 0n && (head & 1n) === 1n)) head += 1n;
  const value = Number(head) * 2 ** (Number(shift) - 1074);
  return units < 0n ? -value : value;
}
