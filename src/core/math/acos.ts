import { arctangentPair } from "./arctangent-pair.ts";
import { exactSum, multiplyPairs, squareRootOfPair } from "./pair.ts";

/** The arccosine in radians; at most 0.52 ulp; NaN outside −1 … 1. The same bits on every runtime. */
export function portableAcos(x: number): number {
  if (!(Math.abs(x) <= 1)) return Number.NaN;
  if (Math.abs(x) < 2 ** -60) return 1.5707963267948966;
  const root = squareRootOfPair(multiplyPairs(exactSum(1, -x), exactSum(1, x)));
  const { hi, lo } = arctangentPair(root, { hi: x, lo: 0 });
  return hi + lo;
}
