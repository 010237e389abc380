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
  return roundScaled(units, -1074);
}

/** The double nearest to `whole` × 2^`exponent`, ties to even; ±Infinity beyond the range. */
export function roundScaled(whole: bigint, exponent: number): number {
  const magnitude = whole < 0n ? -whole : whole;
  const dropped = Math.max(0, bitLength(magnitude) - 53, -1074 - exponent);
  const shift = BigInt(dropped);
  let head = magnitude >> shift;
  const rest = magnitude - (head << shift);
  const half = dropped === 0 ? 1n : 1n << (shift - 1n);
  if (rest > half || (rest === half && (head & 1n) === 1n)) head += 1n;
  const value = head === 0n ? 0 : Number(head) * powerOfTwo(exponent + dropped);
  return whole < 0n ? 0 - value : value;
}

/** The double nearest to `numerator` / `denominator` × 2^`exponent`, ties to even; the denominator is above 0. */
export function roundRatio(numerator: bigint, denominator: bigint, exponent: number): number {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const shift = Math.max(0, bitLength(denominator) - bitLength(magnitude) + 64);
  const scaled = magnitude << BigInt(shift);
  const quotient = scaled / denominator;
  // A last bit that says "and a little more" keeps what is exactly half apart from what is above it.
  const sticky = (quotient << 1n) | (quotient * denominator === scaled ? 0n : 1n);
  return roundScaled(numerator < 0n ? -sticky : sticky, exponent - shift - 1);
}

/** How many bits a whole number of at least 0 has; 0 for 0. */
export function bitLength(magnitude: bigint): number {
  if (magnitude === 0n) return 0;
  const digits = magnitude.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0] as string, 16)) + 28;
}

/** How many zero bits a whole number above 0 ends with. */
export function trailingZeros(magnitude: bigint): number {
  let zeros = 0;
  let rest = magnitude;
  while (BigInt.asUintN(64, rest) === 0n) {
    rest >>= 64n;
    zeros += 64;
  }
  let low = BigInt.asUintN(64, rest);
  while ((low & 0xffn) === 0n) {
    low >>= 8n;
    zeros += 8;
  }
  const byte = Number(low & 0xffn);
  return zeros + 31 - Math.clz32(byte & -byte);
}

/** 2^exponent from its bits, since engines may round powers differently; 0 below and Infinity above the range. */
export function powerOfTwo(exponent: number): number {
  if (exponent > 1023) return Number.POSITIVE_INFINITY;
  if (exponent < -1074) return 0;
  bits[0] = exponent >= -1022 ? BigInt(exponent + 1023) << 52n : 1n << BigInt(exponent + 1074);
  return double[0] as number;
}
