import { portable } from "../../core/math/portable.ts";

/** Abscissae and weights, in turn, of the 16-point Gauss–Legendre rule on [−1, 1], the positive half. */
const nodes = new Float64Array([
  0.09501250983763744, 0.1894506104550685, 0.2816035507792589, 0.18260341504492358, 0.45801677765722737,
  0.16915651939500254, 0.6178762444026438, 0.14959598881657674, 0.755404408355003, 0.12462897125553388,
  0.8656312023878318, 0.09515851168249279, 0.9445750230732326, 0.062253523938647894, 0.9894009349916499,
  0.027152459411754096,
]);

/**
 * ∫ exp(logIntegrand(v)) dv from 0 to `end`, for a logarithm that falls from 0 at v = 0 and bends smoothly: a tail of a density relative
 * to the density at its edge. Every term is positive, so it keeps its relative precision (about 1e-14) at any parameters, where a
 * continued fraction needs √parameter steps.
 *
 * @param scale - Where the logarithm has fallen to about −40, up to a factor of a few.
 */
export function tailIntegral(logIntegrand: (v: number) => number, scale: number, end: number): number {
  const reach = reachOf(logIntegrand, Math.min(scale, end), end);
  const integrand = (v: number): number => portable.exp(logIntegrand(v));
  let sum = panel(integrand, 0, reach / 32);
  for (let piece = 32; piece > 1; piece /= 2) sum += panel(integrand, reach / piece, (2 * reach) / piece);
  return sum;
}

/** The most steps by a factor from the given scale: enough for a scale that is wrong by 10^9 to either side. */
const mostSteps = 100;

/** Where the logarithm has fallen to between −60 and −40, or `end` where it stays above. */
function reachOf(logIntegrand: (v: number) => number, scale: number, end: number): number {
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return searchedReach(logIntegrand, end);
  let reach = scale;
  for (let step = 0; logIntegrand(reach) < -60; step++) {
    if (step === mostSteps) return searchedReach(logIntegrand, end);
    reach *= 0.75;
  }
  for (let step = 0; reach < end && logIntegrand(reach) > -40; step++) {
    if (step === mostSteps) return searchedReach(logIntegrand, end);
    reach = Math.min(end, reach * 1.25);
  }
  return reach;
}

/** The same by bisection over the orders of magnitude of a double, for a scale that says nothing: it under- or overflowed. */
function searchedReach(logIntegrand: (v: number) => number, end: number): number {
  let low = -740;
  let high = portable.log(Math.min(end, 1e308));
  if (logIntegrand(portable.exp(high)) > -40) return portable.exp(high);
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (logIntegrand(portable.exp(middle)) > -50) low = middle;
    else high = middle;
  }
  return portable.exp(high);
}

/** ∫ integrand(v) dv from `from` to `to`, over panels of equal width. */
export function panelSum(integrand: (v: number) => number, from: number, to: number, panels: number): number {
  const width = (to - from) / panels;
  let sum = 0;
  for (let i = 0; i < panels; i++) sum += panel(integrand, from + i * width, from + (i + 1) * width);
  return sum;
}

function panel(integrand: (v: number) => number, from: number, to: number): number {
  const half = (to - from) / 2;
  const middle = from + half;
  let sum = 0;
  for (let i = 0; i < nodes.length; i += 2) {
    const step = half * (nodes[i] as number);
    sum += (nodes[i + 1] as number) * (integrand(middle - step) + integrand(middle + step));
  }
  return half * sum;
}
