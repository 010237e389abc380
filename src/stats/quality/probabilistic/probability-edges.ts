import { requireCount, requireOneOf } from "../../require-argument.ts";
import { sortDoubles } from "../../sort-doubles.ts";

/** How probabilities are put into bins. */
export interface ProbabilityBinsOptions {
  /** How many bins, 1 to 1,000,000. @default 10 */
  readonly bins?: number;
  /** `equal-width`: parts of [0, 1]; `equal-mass`: between quantiles of the probabilities (type 7). @default "equal-width" */
  readonly binning?: "equal-width" | "equal-mass";
}

/** The edges between bins of equal width: `bins` − 1 of them, the same doubles as numpy's `linspace`. */
export function equalWidthEdges(bins: number): Float64Array {
  requireCount("bins", bins, 1, 1_000_000);
  const step = 1 / bins;
  return Float64Array.from({ length: bins - 1 }, (_, i) => (i + 1) * step);
}

/** The edges that {@link ProbabilityBinsOptions} ask for; tied quantiles are one edge. */
export function probabilityEdges(probabilities: ArrayLike<number>, options: ProbabilityBinsOptions): Float64Array {
  const binning = requireOneOf("binning", options.binning ?? "equal-width", ["equal-width", "equal-mass"]);
  const even = equalWidthEdges(options.bins ?? 10);
  if (binning === "equal-width") return even;
  const sorted = sortDoubles(probabilities);
  const edges: number[] = [];
  for (const share of even) {
    const edge = quantile(sorted, share);
    if (edge !== edges[edges.length - 1]) edges.push(edge);
  }
  return Float64Array.from(edges);
}

/** Type 7 with numpy's rounding, so that a probability on an edge falls on the same side of it. */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * ((share * 100) / 100);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  const part = place - below;
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}
