import { portable } from "../../core/math/portable.ts";
import { requirePositive } from "../require-argument.ts";
import { logGamma, stirlingError } from "./log-gamma.ts";

/**
 * The natural logarithm of the beta function B(a, b) = Γ(a) Γ(b) / Γ(a + b), without the cancellation of three large logarithms
 * (A. R. DiDonato and A. H. Morris, "Algorithm 708", 1992).
 *
 * @param a - Above 0 and finite; else `argument/invalid`.
 * @param b - Above 0 and finite; else `argument/invalid`.
 *
 * @example
 * ```ts
 * import { logBeta } from "sluice/stats";
 * if (Math.abs(logBeta(2, 3) - Math.log(1 / 12)) > 1e-14) throw new Error("B(2, 3) is 1/12");
 * ```
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(requirePositive("a", a), requirePositive("b", b));
  const large = Math.max(a, b);
  if (large < 10) return logGamma(small) + (logGamma(large) - logGamma(a + b));
  const ratio = small / large;
  const corrections = stirlingError(large) - stirlingError(large + small);
  if (small < 10) {
    const logSum = portable.log(large) + portable.log1p(ratio);
    return logGamma(small) + small * (1 - logSum) - (large - 0.5) * portable.log1p(ratio) + corrections;
  }
  const powers = -(small - 0.5) * portable.log1p(large / small) - large * portable.log1p(ratio);
  return powers - 0.5 * portable.log(large) + 0.9189385332046728 + stirlingError(small) + corrections;
}
