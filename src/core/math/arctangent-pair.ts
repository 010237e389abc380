import { arctangentTable } from "./arctangent-table.ts";
import { addPairs, dividePairs, exactProduct, negatePair, orderedSum, type Pair } from "./pair.ts";

const halfPi: Pair = { hi: 1.5707963267948966, lo: 6.123233995736766e-17 };
const pi: Pair = { hi: Math.PI, lo: 1.2246467991473532e-16 };

/**
 * The angle of (x, y), 0 … π, to about 2^-64, for y ≥ 0, at least one of both between 2^-60 and 2^60, and the quotient of the
 * smaller to the larger above 2^-900 or 0.
 *
 * atan q = atan c + atan((q − c) / (1 + q · c)) with c = j / 32 from a table (Gal and Bachelis, ACM TOMS 17, 1991).
 */
export function arctangentPair(y: Pair, x: Pair): Pair {
  const width = x.hi < 0 ? negatePair(x) : x;
  const steep = y.hi > width.hi;
  const acute = steep ? ofQuotient(dividePairs(width, y)) : ofQuotient(dividePairs(y, width));
  const first = steep ? addPairs(halfPi, negatePair(acute)) : acute;
  return x.hi < 0 ? addPairs(pi, negatePair(first)) : first;
}

/** atan q for 0 ≤ q ≤ 1. */
function ofQuotient(q: Pair): Pair {
  const j = Math.floor(q.hi * 32 + 0.5);
  const c = j / 32;
  const product = exactProduct(q.hi, c);
  const above = orderedSum(q.hi - c, q.lo);
  const below = addPairs({ hi: 1, lo: 0 }, { hi: product.hi, lo: product.lo + q.lo * c });
  const t = j === 0 ? q : dividePairs(above, below);
  const z = t.hi * t.hi;
  const series = -t.hi * z * (1 / 3 - z * (1 / 5 - z * (1 / 7 - z * (1 / 9 - z / 11))));
  const rest = orderedSum(t.hi, series + t.lo);
  return j === 0 ? rest : addPairs({ hi: arctangentTable[2 * j] ?? 0, lo: arctangentTable[2 * j + 1] ?? 0 }, rest);
}
