/** The halves of doubles as whole numbers, the upper one at odd places (on a little-endian machine, as every JavaScript engine runs on). */
export function highWords(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}

/** The biased exponent of the double at a place: 0 for zeros and subnormal values, 2047 for what is not finite. */
export function exponentAt(words: Uint32Array, place: number): number {
  return ((words[2 * place + 1] as number) >>> 20) & 2047;
}
