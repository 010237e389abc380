/** |found − expected| relative to expected; absolute where expected is 0. */
export function relativeError(found: number, expected: number): number {
  if (found === expected) return 0;
  return Math.abs(found - expected) / (expected === 0 ? 1 : Math.abs(expected));
}
