/** a·d − b·c, without cancellation where all four are whole numbers: the excess of agreement over chance in a 2×2 table. */
export function determinant(a: number, b: number, c: number, d: number): number {
  const plain = a * d - b * c;
  if (Math.max(a * d, b * c) <= Number.MAX_SAFE_INTEGER) return plain;
  if (![a, b, c, d].every(Number.isSafeInteger)) return plain;
  return Number(BigInt(a) * BigInt(d) - BigInt(b) * BigInt(c));
}
