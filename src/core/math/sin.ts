import { reduceAngle } from "./reduce-angle.ts";
import { cosinePair, sinePair } from "./sine-pair.ts";

/** The sine of an angle in radians, however large; at most 0.52 ulp; NaN at ±∞. The same bits on every runtime. */
export function portableSin(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (Math.abs(x) < 2 ** -27) return x;
  const angle = reduceAngle(x);
  const { hi, lo } = angle.quadrant % 2 === 0 ? sinePair(angle) : cosinePair(angle);
  return angle.quadrant < 2 ? hi + lo : -(hi + lo);
}
