import { scaleBy } from "./double-bits.ts";
import { expPair } from "./exp-pair.ts";
import type { Pair } from "./pair.ts";

/** e^x as a pair, for |x| ≤ 90. */
export function scaledExp(x: number): Pair {
  const { hi, lo, exponent } = expPair(x, 0);
  return { hi: scaleBy(hi, exponent), lo: scaleBy(lo, exponent) };
}
