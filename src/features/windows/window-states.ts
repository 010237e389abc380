import { featureStatus } from "../../contracts/feature-reader.ts";
import type { NumberCells, NumbersCells } from "../kernel/cells.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { varianceOf } from "./variance-of.ts";
import type { WindowedFeature, WindowSpec } from "./window-spec.ts";

/** What the windows of one entity hold at one T, per window, and per window and column (`window · columns + column`). */
export interface WindowStates {
  /** Events in each window. */
  readonly events: Float64Array;
  /** Values (events whose column is not null). */
  readonly counts: Float64Array;
  /** Exact sums, correctly rounded. */
  readonly sums: Float64Array;
  /** What rounding took from the sums. */
  readonly sumTails: Float64Array;
  /** Exact sums of squares, correctly rounded, and what rounding took from them. */
  readonly squares: Float64Array;
  readonly squareTails: Float64Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
  readonly firsts: Float64Array;
  readonly lasts: Float64Array;
  readonly distincts: Float64Array;
  /** Per feature, where that is a quantile. */
  readonly quantiles: Float64Array;
  /** Per feature, where that is a list. */
  readonly lists: Float64Array[];
}

const noValues = new Float64Array(0);

/** Makes the states of a view's windows, empty. */
export function makeWindowStates(spec: WindowSpec): WindowStates {
  const cells = spec.windows.length * spec.columns.length;
  const perCell = (): Float64Array => new Float64Array(cells);
  return {
    events: new Float64Array(spec.windows.length),
    counts: perCell(),
    sums: perCell(),
    sumTails: perCell(),
    squares: perCell(),
    squareTails: perCell(),
    mins: perCell(),
    maxs: perCell(),
    firsts: perCell(),
    lasts: perCell(),
    distincts: perCell(),
    quantiles: new Float64Array(spec.features.length),
    lists: new Array<Float64Array>(spec.features.length).fill(noValues),
  };
}

/** Empties states. */
export function clearWindowStates(states: WindowStates): void {
  // All that tells whether there is a value; the rest is only read where there is.
  for (const values of [states.events, states.counts, states.distincts]) values.fill(0);
}

/** Cells of a windowed feature: numbers, or lists of them. */
export type WindowCells = NumberCells | NumbersCells;

/**
 * Turns the states of one row's windows into its features' values and statuses: the one definition of both, for training and
 * for serving. Counts are always present. Of nothing, the other aggregates are null; missing where the longest sawtooth window of
 * the view, and every window of another kind, hold no event. A variance of one value is null.
 */
export function finishRow(
  spec: WindowSpec,
  states: WindowStates,
  kernel: Kernel,
  cells: readonly WindowCells[],
  row: number,
): void {
  const seen = spec.seenIn.some((window) => (states.events[window] ?? 0) > 0);
  const features = spec.features;
  for (let i = 0; i < features.length; i++) {
    const feature = features[i];
    const cell = cells[i];
    if (feature === undefined || cell === undefined) continue;
    const at = feature.window * spec.columns.length + feature.column;
    if (isPresent(feature, states, at)) {
      if (cell.kind === "numbers") cell.values[row] = states.lists[i] ?? noValues;
      else cell.values[row] = numberAt(feature, states, i, at, kernel);
      cell.statuses[row] = featureStatus.present;
    } else {
      cell.values[row] = cell.kind === "numbers" ? noValues : Number.NaN;
      cell.statuses[row] = seen ? featureStatus.null : featureStatus.missing;
    }
  }
}

/** Counts always have a value; a variance needs two values, every other aggregate one. */
function isPresent({ aggregate }: WindowedFeature, { counts }: WindowStates, at: number): boolean {
  if (aggregate === "count" || aggregate === "distinct") return true;
  return (counts[at] ?? 0) >= (aggregate === "variance" || aggregate === "sd" ? 2 : 1);
}

function numberAt(feature: WindowedFeature, states: WindowStates, i: number, at: number, kernel: Kernel): number {
  switch (feature.aggregate) {
    case "count":
      return states.events[feature.window] ?? 0;
    case "sum":
      return states.sums[at] ?? 0;
    case "mean":
      return kernel.mean(states.sums[at] ?? 0, states.counts[at] ?? 0);
    case "variance":
      return varianceAt(states, at);
    case "sd":
      return Math.sqrt(varianceAt(states, at));
    case "first":
      return states.firsts[at] ?? 0;
    case "last":
      return states.lasts[at] ?? 0;
    case "distinct":
      return states.distincts[at] ?? 0;
    case "quantile":
      return states.quantiles[i] ?? Number.NaN;
    case "min":
      return states.mins[at] ?? 0;
    case "max":
      return states.maxs[at] ?? 0;
    case "lastK":
    case "mostFrequent":
      return Number.NaN; // their cells are lists
  }
}

function varianceAt({ counts, sums, sumTails, squares, squareTails }: WindowStates, at: number): number {
  return varianceOf(counts[at] ?? 0, sums[at] ?? 0, sumTails[at] ?? 0, squares[at] ?? 0, squareTails[at] ?? 0);
}
