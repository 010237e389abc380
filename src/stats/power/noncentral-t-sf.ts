import { normalSf } from "../distributions/normal.ts";
import { stirlingError } from "../special/log-gamma.ts";

/**
 * The probability that a noncentral t exceeds t: ∫ P(Z > t·s − δ) f(s) ds over s = √(χ²/dof), by the trapezoid rule in ln s, which
 * converges geometrically since the integrand is analytic and falls off twice exponentially. Absolute error about 1e-13.
 *
 * @param dof - Above 0.
 * @param noncentrality - δ, any finite number.
 */
export function noncentralTSf(t: number, dof: number, noncentrality: number): number {
  // ln of the density of w = ln s over its value at the mode 0: −dof (e^{2w} − 1 − 2w)/2.
  const logShape = (w: number): number => (-dof / 2) * expm1Minus(2 * w);
  const width = 1 / Math.sqrt(2 * dof);
  let low = -width;
  while (logShape(low) > -40) low *= 1.2;
  let high = width;
  while (logShape(high) > -40) high *= 1.2;
  // ln of 2 a^a e^(−a)/Γ(a) for a = dof/2, by Stirling's formula and its error.
  const logMode = 0.5 * Math.log(dof / Math.PI) - stirlingError(dof / 2);
  const step = stepFor(width, low, high);
  let sum = 0;
  for (let w = low; w <= high; w += step) sum += Math.exp(logShape(w)) * normalSf(t * Math.exp(w) - noncentrality);
  return Math.min(1, sum * step * Math.exp(logMode));
}

/** e^u − 1 − u, by its series where the difference would cancel. */
function expm1Minus(u: number): number {
  if (Math.abs(u) > 0.1) return Math.expm1(u) - u;
  let sum = 1;
  for (let k = 12; k >= 3; k--) sum = 1 + (u / k) * sum;
  return (u * u * sum) / 2;
}

function stepFor(width: number, low: number, high: number): number {
  return Math.min(width / 4, (high - low) / 128);
}
