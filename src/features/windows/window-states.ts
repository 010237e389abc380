import type { AggregateName } from "../../contracts/feature-definition.ts";
import { featureStatus } from "../../contracts/feature-reader.ts";
import type { NumberCells, NumbersCells } from "../kernel/cells.ts";
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
  /** Exact sample variances, correctly rounded, and their roots, of two values or more. */
  readonly variances: Float64Array;
  readonly sds: Float64Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
  readonly firsts: Float64Array;
  readonly lasts: Float64Array;
  readonly distincts: Float64Array;
  /** Per feature, where that is a quantile. */
  readonly quantiles: Float64Array;
  /** Per row and feature, where that is a list. */
  readonly lists: readonly Float64Array[][];
}

/** Cells of a windowed feature: numbers, or lists of them. */
export type WindowCells = NumberCells | NumbersCells;

const noValues = new Float64Array(0);

/** Makes the states of a view's windows, empty: of one row, or of several side by side. */
export function makeWindowStates(spec: WindowSpec, rows: number = 1): WindowStates {
  const cells = rows * spec.windows.length * spec.columns.length;
  const perCell = (): Float64Array => new Float64Array(cells);
  return {
    events: new Float64Array(rows * spec.windows.length),
    counts: perCell(),
    sums: perCell(),
    variances: perCell(),
    sds: perCell(),
    mins: perCell(),
    maxs: perCell(),
    firsts: perCell(),
    lasts: perCell(),
    distincts: perCell(),
    quantiles: new Float64Array(rows * spec.features.length),
    lists: Array.from({ length: rows }, () => new Array<Float64Array>(spec.features.length).fill(noValues)),
  };
}

/** The states of one of several rows: views, nothing is copied. */
export function statesOfRow(spec: WindowSpec, states: WindowStates, row: number): WindowStates {
  const part = (values: Float64Array, width: number): Float64Array => values.subarray(row * width, (row + 1) * width);
  const cells = spec.windows.length * spec.columns.length;
  return {
    events: part(states.events, spec.windows.length),
    counts: part(states.counts, cells),
    sums: part(states.sums, cells),
    variances: part(states.variances, cells),
    sds: part(states.sds, cells),
    mins: part(states.mins, cells),
    maxs: part(states.maxs, cells),
    firsts: part(states.firsts, cells),
    lasts: part(states.lasts, cells),
    distincts: part(states.distincts, cells),
    quantiles: part(states.quantiles, spec.features.length),
    lists: states.lists.slice(row, row + 1),
  };
}

/** Empties states. */
export function clearWindowStates(states: WindowStates): void {
  // All that tells whether there is a value; the rest is only read where there is.
  for (const values of [states.events, states.counts, states.distincts]) values.fill(0);
}

/** Sets a feature's list in the states of one row. */
export function setList({ lists: [own] }: WindowStates, feature: number, values: Float64Array): void {
  if (own !== undefined) own[feature] = values;
}

/**
 * Turns the states of some rows' windows into their features' values and statuses, at the places from `from` on: the one definition of both, for
 * training and for serving. Counts are always present. Of nothing, the other aggregates are null; missing where the longest sawtooth window of
 * the view, and every window of another kind, hold no event. A variance of one value is null.
 */
export function finishRows(
  spec: WindowSpec,
  states: WindowStates,
  kernel: Kernel,
  cells: readonly WindowCells[],
  from: number,
  rows: number = 1,
): void {
  const { features, windows, columns } = spec;
  const width = windows.length * columns.length;
  for (let i = 0; i < features.length; i++) {
    const feature = features[i];
    const cell = cells[i];
    if (feature === undefined || cell === undefined) continue;
    const at = feature.window * columns.length + feature.column;
    if (cell.kind === "numbers") finishLists(spec, i, states, cell, from, rows);
    else if (feature.column < 0) finishCounts(states.events, feature.window, windows.length, cell, from, rows);
    else if (feature.aggregate === "distinct") finishCounts(states.distincts, at, width, cell, from, rows);
    else finishValues(spec, i, states, kernel, cell, from, rows);
  }
}

function finishCounts(
  counts: Float64Array,
  at: number,
  width: number,
  { values, statuses }: NumberCells,
  from: number,
  rows: number,
): void {
  for (let row = 0; row < rows; row++) {
    values[from + row] = counts[row * width + at] ?? 0;
    statuses[from + row] = featureStatus.present;
  }
}

function finishValues(
  spec: WindowSpec,
  place: number,
  states: WindowStates,
  kernel: Kernel,
  { values, statuses }: NumberCells,
  from: number,
  rows: number,
): void {
  const { features, windows, columns } = spec;
  const { aggregate = "count", window = 0, column = 0 } = features[place] ?? {};
  const { counts } = states;
  const width = windows.length * columns.length;
  const needed = aggregate === "variance" || aggregate === "sd" ? 2 : 1;
  const ready = readyValues(aggregate, states);
  for (let row = 0; row < rows; row++) {
    const at = row * width + window * columns.length + column;
    if ((counts[at] ?? 0) < needed) {
      values[from + row] = Number.NaN;
      statuses[from + row] = absenceIn(spec, states, row);
      continue;
    }
    if (ready !== undefined) values[from + row] = ready[at] ?? 0;
    else if (aggregate === "mean") values[from + row] = kernel.mean(states.sums[at] ?? 0, counts[at] ?? 0);
    else values[from + row] = states.quantiles[row * features.length + place] ?? Number.NaN;
    statuses[from + row] = featureStatus.present;
  }
}

function finishLists(
  spec: WindowSpec,
  place: number,
  states: WindowStates,
  { values, statuses }: NumbersCells,
  from: number,
  rows: number,
): void {
  const { window = 0, column = 0 } = spec.features[place] ?? {};
  for (let row = 0; row < rows; row++) {
    const held = (states.counts[(row * spec.windows.length + window) * spec.columns.length + column] ?? 0) > 0;
    values[from + row] = held ? (states.lists[row]?.[place] ?? noValues) : noValues;
    statuses[from + row] = held ? featureStatus.present : absenceIn(spec, states, row);
  }
}

/** The status of what has no value in a row. */
function absenceIn({ seenIn, windows }: WindowSpec, { events }: WindowStates, row: number): number {
  const seen = seenIn.some((window) => (events[row * windows.length + window] ?? 0) > 0);
  return seen ? featureStatus.null : featureStatus.missing;
}

/** The states that are an aggregate's values as they are. */
function readyValues(aggregate: AggregateName, states: WindowStates): Float64Array | undefined {
  switch (aggregate) {
    case "count":
      return states.counts;
    case "sum":
      return states.sums;
    case "first":
      return states.firsts;
    case "last":
      return states.lasts;
    case "min":
      return states.mins;
    case "max":
      return states.maxs;
    case "variance":
      return states.variances;
    case "sd":
      return states.sds;
    case "distinct":
    case "mean":
    case "quantile":
    case "lastK":
    case "mostFrequent":
      return undefined;
  }
}
