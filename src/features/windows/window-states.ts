import type { AggregateName } from "../../contracts/feature-definition.ts";
import { featureStatus } from "../../contracts/feature-reader.ts";
import type { NumberCells } from "../kernel/cells.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { WindowSpec } from "./window-spec.ts";

/** What the windows of one entity hold at one T, per window, and per window and column (`window · columns + column`). */
export interface WindowStates {
  /** Events in each window. */
  readonly events: Float64Array;
  /** Values (events whose column is not null). */
  readonly counts: Float64Array;
  /** Exact sums, correctly rounded. */
  readonly sums: Float64Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
}

/** Makes the states of a view's windows, empty. */
export function makeWindowStates(spec: WindowSpec): WindowStates {
  const cells = spec.windows.length * spec.columns.length;
  return {
    events: new Float64Array(spec.windows.length),
    counts: new Float64Array(cells),
    sums: new Float64Array(cells),
    mins: new Float64Array(cells),
    maxs: new Float64Array(cells),
  };
}

/** Empties states. */
export function clearWindowStates(states: WindowStates): void {
  for (const values of [states.events, states.counts, states.sums, states.mins, states.maxs]) values.fill(0);
}

/**
 * Turns the states of one row's windows into its features' values and statuses: the one definition of both, for training and
 * for serving. A count is always present. Of nothing, the other aggregates are null; missing where even the longest window of
 * the view holds no event.
 */
export function finishRow(
  spec: WindowSpec,
  states: WindowStates,
  kernel: Kernel,
  cells: readonly NumberCells[],
  row: number,
): void {
  const seen = (states.events[spec.windows.length - 1] ?? 0) > 0;
  const features = spec.features;
  for (let i = 0; i < features.length; i++) {
    const feature = features[i];
    const cell = cells[i];
    if (feature === undefined || cell === undefined) continue;
    if (feature.column < 0) {
      cell.values[row] = states.events[feature.window] ?? 0;
      cell.statuses[row] = featureStatus.present;
      continue;
    }
    const at = feature.window * spec.columns.length + feature.column;
    if (states.counts[at] === 0) {
      cell.values[row] = Number.NaN;
      cell.statuses[row] = seen ? featureStatus.null : featureStatus.missing;
    } else {
      cell.values[row] = aggregateAt(feature.aggregate, states, at, kernel);
      cell.statuses[row] = featureStatus.present;
    }
  }
}

function aggregateAt(aggregate: AggregateName, states: WindowStates, at: number, kernel: Kernel): number {
  switch (aggregate) {
    case "count":
      return states.counts[at] ?? 0;
    case "sum":
      return states.sums[at] ?? 0;
    case "mean":
      return kernel.mean(states.sums[at] ?? 0, states.counts[at] ?? 0);
    case "min":
      return states.mins[at] ?? 0;
    case "max":
      return states.maxs[at] ?? 0;
  }
}
