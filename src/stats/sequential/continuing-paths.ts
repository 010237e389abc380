import { normalSf } from "../distributions/normal.ts";

/**
 * Brownian motion that has not crossed a boundary at any look so far: its sub-density as point masses at quadrature nodes, ascending.
 *
 * The recursion of P. Armitage, C. K. McPherson and B. C. Rowe (1969); C. Jennison and B. W. Turnbull, "Group sequential methods",
 * 2000, chapter 19. Instead of their Simpson's grid it takes ten-point Gauss–Legendre panels no wider than two standard deviations of
 * the neighbouring increments, which leaves an error near the rounding of doubles.
 */
export interface ContinuingPaths {
  /** The information (or the fraction of it) at this look. */
  readonly information: number;
  readonly nodes: Float64Array;
  readonly masses: Float64Array;
}

/** Before the first look: everything is at 0. */
export const startingPaths: ContinuingPaths = {
  information: 0,
  nodes: Float64Array.of(0),
  masses: Float64Array.of(1),
};

const points: readonly number[] = [
  0.14887433898163122, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845, 0.9739065285171717,
];
const weights: readonly number[] = [
  0.29552422471475287, 0.26926671930999635, 0.21908636251598204, 0.1494513491505806, 0.06667134430868814,
];

/** The probability of having continued so far and of being above `bound` at the next look; `drift` is the mean per unit of information. */
export function exceedance(from: ContinuingPaths, information: number, bound: number, drift: number): number {
  const increment = information - from.information;
  const scale = 1 / Math.sqrt(increment);
  const centre = bound - drift * increment;
  const reach = reachOf(from, information, centre);
  const { nodes, masses } = from;
  let sum = 0;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const z = (centre - (nodes[i] as number)) * scale;
    if (z > reach) break;
    sum += (masses[i] as number) * (z < -9 ? 1 : normalSf(z));
  }
  return sum;
}

/** The density, at the next look, of having continued so far and of being at `place`. */
export function densityAt(from: ContinuingPaths, information: number, place: number, drift: number): number {
  const increment = information - from.information;
  const scale = 1 / Math.sqrt(increment);
  const centre = place - drift * increment;
  const reach = reachOf(from, information, centre);
  const { nodes, masses } = from;
  let low = 0;
  for (let high = nodes.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if ((centre - (nodes[middle] as number)) * scale > reach) low = middle + 1;
    else high = middle;
  }
  let sum = 0;
  for (let i = low; i < nodes.length; i++) {
    const z = (centre - (nodes[i] as number)) * scale;
    if (z < -reach) break;
    sum += (masses[i] as number) * Math.exp(-0.5 * z * z);
  }
  return (sum * scale) / Math.sqrt(2 * Math.PI);
}

/**
 * How many standard deviations of the increment away a node still matters for where paths came from: nine more than from the nearest
 * node, or from the straight line to the place, which paths to a far place follow.
 */
function reachOf({ information: before, nodes }: ContinuingPaths, information: number, place: number): number {
  const spread = Math.sqrt(information - before);
  const beyond = Math.max(place - (nodes[nodes.length - 1] as number), (nodes[0] as number) - place);
  return 9 + Math.max(0, beyond / spread, (Math.abs(place) * spread) / information);
}

/** The paths that lie between two bounds at the next look, ready for a look that follows at `after`. */
export function continued(
  from: ContinuingPaths,
  look: { readonly information: number; readonly lower: number; readonly upper: number; readonly after: number },
  drift: number,
): ContinuingPaths {
  const { information, after } = look;
  const middle = drift * information;
  const spread = Math.sqrt(information);
  const lower = Math.max(look.lower, middle - 9 * spread);
  const upper = Math.max(lower, Math.min(look.upper, middle + 38 * spread));
  const width = 2 * Math.sqrt(Math.min(information - from.information, after - information));
  const panels = Math.max(1, Math.ceil((upper - lower) / width));
  const half = (upper - lower) / panels / 2;
  const nodes = new Float64Array(10 * panels);
  const masses = new Float64Array(10 * panels);
  for (let i = 0; i < nodes.length; i++) {
    const k = i % 10;
    const of = k < 5 ? 4 - k : k - 5;
    const offset = (points[of] as number) * (k < 5 ? -half : half);
    const node = lower + (2 * Math.floor(i / 10) + 1) * half + offset;
    nodes[i] = node;
    masses[i] = (weights[of] as number) * half * densityAt(from, information, node, drift);
  }
  return { information, nodes, masses };
}
