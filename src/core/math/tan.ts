import { dividePairs } from "./pair.ts";
import { reduceAngle } from "./reduce-angle.ts";
import { cosinePair, sinePair } from "./sine-pair.ts";

/** The tangent of an angle in radians, however large; at most 0.53 ulp; NaN at ±∞. The same bits on every runtime. */
export function portableTan(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (Math.abs(x) < 2 ** -27) return x;
  const angle = reduceAngle(x);
  const sine = sinePair(angle);
  const cosine = cosinePair(angle);
  const { hi, lo } = angle.quadrant % 2 === 0 ? dividePairs(sine, cosine) : dividePairs(cosine, sine);
  return angle.quadrant % 2 === 0 ? hi + lo : -(hi + lo);
}
