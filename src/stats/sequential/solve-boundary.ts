import { normalIsf } from "../distributions/normal.ts";
import { type ContinuingPaths, densityAt, exceedance } from "./continuing-paths.ts";

/** No boundary lies farther out: the tail beyond 37 is 6e-300. */
export const farthestZ = 37;

/**
 * The z at the next look that is exceeded, after having continued so far, with the probability `spend`; {@link farthestZ} if there is
 * nothing to spend. Newton's steps on the logarithm, which is concave, from the right: they cannot overshoot.
 */
export function solveBoundary(from: ContinuingPaths, information: number, spend: number, drift: number): number {
  if (!(spend > 1e-299)) return farthestZ;
  const spread = Math.sqrt(information);
  const clipped = (z: number): number => Math.max(-farthestZ, Math.min(farthestZ, z));
  let z = clipped((spend < 1 ? normalIsf(spend) : -farthestZ) + drift * spread);
  for (let i = 0; i < 200; i++) {
    const beyond = exceedance(from, information, z * spread, drift);
    if (beyond === 0) {
      z -= 0.5;
      continue;
    }
    const slope = (densityAt(from, information, z * spread, drift) * spread) / beyond;
    const step = Math.log(beyond / spend) / slope;
    if (!(Math.abs(step) > 1e-14 * Math.max(1, Math.abs(z)))) break;
    z = clipped(z + step);
  }
  return z;
}
