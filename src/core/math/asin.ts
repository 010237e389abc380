import { arctangentPair } from "./arctangent-pair.ts";
import { exactSum, multiplyPairs, squareRootOfPair } from "./pair.ts";

/** The arcsine in radians; at most 0.52 ulp; NaN outside −1 … 1. The same bits on every runtime. */
export function portableAsin(x: number): number {
  const size = Math.abs(x);
  if (!(size <= 1)) return Number.NaN;
  if (size < 2 ** -27) return x;
  const root = squareRootOfPair(multiplyPairs(exactSum(1, -size), exactSum(1, size)));
  const { hi, lo } = arctangentPair({ hi: size, lo: 0 }, root);
  return x < 0 ? -(hi + lo) : hi + lo;
}
