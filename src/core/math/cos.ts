import { reduceAngle } from "./reduce-angle.ts";
import { cosinePair, sinePair } from "./sine-pair.ts";

/** The cosine of an angle in radians, however large; at most 0.52 ulp; NaN at ±∞. The same bits on every runtime. */
export function portableCos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const angle = reduceAngle(x);
  const { hi, lo } = angle.quadrant % 2 === 0 ? cosinePair(angle) : sinePair(angle);
  return angle.quadrant === 0 || angle.quadrant === 3 ? hi + lo : -(hi + lo);
}
