import type { Belief } from "./belief.ts";

/** Where integrals over a belief begin and end, in log odds: what lies beyond is less than rounding. */
const reach = 36;
/** How far apart quantiles of one belief are, in log odds: over two such steps it is smooth. */
const step = 0.5;

/**
 * The edges of panels for integrals over the best of several beliefs: from where the best may lie to where all of them end, and none with more
 * than two steps of any belief. Their number depends little on that of the beliefs.
 */
export function panelEdges(beliefs: readonly Belief[], best: "highest" | "lowest"): number[] {
  const quantiles = beliefs.map(quantilesOf);
  const lows = quantiles.map((all) => all[0] as number);
  const highs = quantiles.map((all) => all[all.length - 1] as number);
  const range = best === "highest" ? largest : smallest;
  const [start, end] = [range(lows), range(highs)];
  const places = quantiles
    .flatMap((all, belief) => all.map((place) => ({ place, belief })))
    .filter(({ place }) => Number.isFinite(place) && place >= start && place <= end)
    .sort((a, b) => a.place - b.place);
  const edges: number[] = [];
  const lastWith = new Float64Array(beliefs.length).fill(Number.NEGATIVE_INFINITY);
  for (const { place, belief } of places) {
    const edge = edges[edges.length - 1];
    if (edge === undefined || (place > edge && (lastWith[belief] as number) > edge)) edges.push(place);
    lastWith[belief] = place;
  }
  const last = places[places.length - 1];
  if (last !== undefined && last.place > (edges[edges.length - 1] as number)) edges.push(last.place);
  return edges;
}

/** The quantiles at even steps of the log odds, ascending. */
function quantilesOf(belief: Belief): number[] {
  const all: number[] = [];
  for (let odds = -reach; odds <= reach; odds += step) {
    const small = 1 / (1 + Math.exp(Math.abs(odds)));
    all.push(odds < 0 ? belief.quantile(small) : belief.isf(small));
  }
  return all;
}

function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

function smallest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}
