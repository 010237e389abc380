import { requireNumber } from "../require-argument.ts";
import { incompleteGamma } from "./incomplete-gamma.ts";

/** The error function 2/√π ∫₀ˣ e^(−t²) dt, for any real x or ±∞; precise in the relative sense next to 0. */
export function erf(x: number): number {
  requireNumber("x", x);
  if (Math.abs(x) < 1e-8) return x * 1.1283791670955126;
  if (Math.abs(x) > 1e10) return Math.sign(x);
  return Math.sign(x) * incompleteGamma(0.5, x * x).lower;
}

/** The complementary error function 1 − erf(x), computed so that it keeps its relative precision where erf(x) rounds to 1. */
export function erfc(x: number): number {
  requireNumber("x", x);
  if (Math.abs(x) > 1e10) return x > 0 ? 0 : 2;
  const tails = incompleteGamma(0.5, x * x);
  return x >= 0 ? tails.upper : 1 + tails.lower;
}
