import { normalSf } from "../distributions/normal.ts";
import { logGamma } from "../special/log-gamma.ts";

/**
 * The probability that a noncentral t exceeds t: ∫ P(Z > t·s − δ) f(s) ds over s = √(χ²/dof), by the trapezoid rule in ln s, which
 * converges geometrically since the integrand is analytic and falls off twice exponentially. Absolute error about 1e-13.
 *
 * @param dof - Above 0.
 * @param noncentrality - δ, any finite number.
 */
export function noncentralTSf(t: number, dof: number, noncentrality: number): number {
  // ln of the density of w = ln s, at its mode w = 0 up to the constant: dof·w − dof·(e^{2w} − 1)/2.
  const logShape = (w: number): number => dof * (w - Math.expm1(2 * w) / 2);
  const width = 1 / Math.sqrt(2 * dof);
  let low = -width;
  while (logShape(low) > -40) low *= 1.2;
  let high = width;
  while (logShape(high) > -40) high *= 1.2;
  const logMode = Math.LN2 + (dof / 2) * Math.log(dof / 2) - dof / 2 - logGamma(dof / 2);
  const step = stepFor(width, low, high);
  let sum = 0;
  for (let w = low; w <= high; w += step) sum += Math.exp(logShape(w)) * normalSf(t * Math.exp(w) - noncentrality);
  return Math.min(1, sum * step * Math.exp(logMode));
}

function stepFor(width: number, low: number, high: number): number {
  return Math.min(width / 4, (high - low) / 128);
}
