import type { AggregateName, WindowedBody, WindowFrame } from "../../contracts/feature-definition.ts";

/** What has to be known of a numeric column. */
export interface AggregatedColumn {
  readonly name: string;
  readonly sum: boolean;
  /** The sum of squares too. */
  readonly squares: boolean;
  readonly min: boolean;
  readonly max: boolean;
  /** The first or the last value. */
  readonly ends: boolean;
  /** How many distinct values, quantiles or the most frequent ones: what asks for the values in their order. */
  readonly ranks: boolean;
  /** The last values. */
  readonly tails: boolean;
}

/** Windows that are read together, and the columns that are aggregated in any of them: by their places in a {@link WindowSpec}. */
export interface WindowGroup {
  readonly windows: readonly number[];
  readonly columns: readonly number[];
}

/** A feature of a windowed view. */
export interface WindowedFeature {
  readonly name: string;
  readonly aggregate: AggregateName;
  /** The places of its window and of its column; that of a count is −1. */
  readonly window: number;
  readonly column: number;
  /** Which quantile. */
  readonly p: number | undefined;
  /** How many values a list has at most. */
  readonly k: number | undefined;
}

/** A windowed view, laid out for computing. */
export interface WindowSpec {
  /** The distinct windows: sawtooth ones, shortest first, then the others. */
  readonly windows: readonly WindowFrame[];
  /** Those that decide whether an entity was seen: the longest sawtooth window, and all others. */
  readonly seenIn: readonly number[];
  /** The windows that end at T, of which each continues a narrower one into the past; then each of the others by itself. */
  readonly groups: readonly WindowGroup[];
  /** The aggregated columns, by name. */
  readonly columns: readonly AggregatedColumn[];
  /** The windowed features in order. */
  readonly features: readonly WindowedFeature[];
}

/** Lays out a view's windows. */
export function windowSpecOf(body: WindowedBody): WindowSpec {
  const entries = Object.entries(body.windows);
  const windows = distinctFrames(entries.map(([, { window }]) => window));
  const names = [
    ...new Set(entries.flatMap(([, window]) => (window.column === undefined ? [] : [window.column]))),
  ].sort();
  const uses = (name: string, ...aggregates: readonly AggregateName[]): boolean =>
    entries.some(([, window]) => window.column === name && aggregates.includes(window.aggregate));
  const features = entries.map(([name, { aggregate, window, column, p, k }]) => ({
    name,
    aggregate,
    window: windows.findIndex((frame) => frameKey(frame) === frameKey(window)),
    column: column === undefined ? -1 : names.indexOf(column),
    p,
    k,
  }));
  return {
    windows,
    seenIn: seenIn(windows),
    groups: groupsOf(windows, features),
    columns: names.map((name) => ({
      name,
      sum: uses(name, "sum", "mean", "variance", "sd"),
      squares: uses(name, "variance", "sd"),
      min: uses(name, "min"),
      max: uses(name, "max"),
      ends: uses(name, "first", "last"),
      ranks: uses(name, "distinct", "quantile", "mostFrequent"),
      tails: uses(name, "lastK"),
    })),
    features,
  };
}

function distinctFrames(frames: readonly WindowFrame[]): readonly WindowFrame[] {
  const lengthOf = (frame: WindowFrame): number =>
    frame.kind === "sawtooth" ? frame.overMs : Number.POSITIVE_INFINITY;
  const distinct = [...new Map(frames.map((frame) => [frameKey(frame), frame])).values()];
  return distinct.sort((a, b) => (lengthOf(a) === lengthOf(b) ? 0 : lengthOf(a) - lengthOf(b)));
}

/** What makes a window that window. */
function frameKey(frame: WindowFrame): string {
  switch (frame.kind) {
    case "sawtooth":
      return `${frame.overMs}`;
    case "tumbling":
      return `tumbling ${frame.sizeMs} ${frame.offsetMs}`;
    case "session":
      return `session ${frame.gapMs} ${frame.maxMs} ${frame.keepMs}`;
  }
}

function seenIn(windows: readonly WindowFrame[]): readonly number[] {
  const longest = windows.filter(({ kind }) => kind === "sawtooth").length - 1;
  return windows.flatMap((_, window) => (window >= longest ? [window] : []));
}

function groupsOf(windows: readonly WindowFrame[], features: WindowSpec["features"]): readonly WindowGroup[] {
  const group = (own: readonly number[]): WindowGroup => {
    const used = features.filter(({ window, column }) => own.includes(window) && column >= 0);
    return { windows: own, columns: [...new Set(used.map(({ column }) => column))].sort((a, b) => a - b) };
  };
  const tumbling = windows.flatMap(({ kind }, window) => (kind === "tumbling" ? [window] : []));
  const others = windows.flatMap(({ kind }, window) => (kind === "tumbling" ? [] : [window]));
  return [...(others.length === 0 ? [] : [others]), ...tumbling.map((window) => [window])].map(group);
}

/** How far back from T the windows can reach, milliseconds; 0 of none. */
export function reachMsOf(spec: WindowSpec): number {
  return spec.windows.reduce((reach, { reachMs }) => Math.max(reach, reachMs), 0);
}
