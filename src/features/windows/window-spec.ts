import type { AggregateName, WindowedBody } from "../../contracts/feature-definition.ts";

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
  /** How many distinct values, or quantiles: what asks for the values in their order. */
  readonly ranks: boolean;
}

/** A windowed view, laid out for computing. */
export interface WindowSpec {
  /** The distinct windows, shortest first; the last one decides whether an entity was seen. */
  readonly windows: readonly { readonly overMs: number; readonly hopMs: number }[];
  /** The aggregated columns, by name. */
  readonly columns: readonly AggregatedColumn[];
  /** The windowed features in order. `column` is −1 for a count. */
  readonly features: readonly {
    readonly name: string;
    readonly aggregate: AggregateName;
    readonly window: number;
    readonly column: number;
    /** Which quantile. */
    readonly p: number | undefined;
  }[];
}

/** Lays out a view's windows. */
export function windowSpecOf(body: WindowedBody): WindowSpec {
  const entries = Object.entries(body.windows);
  const lengths = [...new Set(entries.map(([, window]) => window.overMs))].sort((a, b) => a - b);
  const names = [
    ...new Set(entries.flatMap(([, window]) => (window.column === undefined ? [] : [window.column]))),
  ].sort();
  const uses = (name: string, ...aggregates: readonly AggregateName[]): boolean =>
    entries.some(([, window]) => window.column === name && aggregates.includes(window.aggregate));
  return {
    windows: lengths.map((overMs) => ({
      overMs,
      hopMs: entries.find(([, window]) => window.overMs === overMs)?.[1].hopMs ?? 0,
    })),
    columns: names.map((name) => ({
      name,
      sum: uses(name, "sum", "mean", "variance", "sd"),
      squares: uses(name, "variance", "sd"),
      min: uses(name, "min"),
      max: uses(name, "max"),
      ends: uses(name, "first", "last"),
      ranks: uses(name, "distinct", "quantile"),
    })),
    features: entries.map(([name, window]) => ({
      name,
      aggregate: window.aggregate,
      window: lengths.indexOf(window.overMs),
      column: window.column === undefined ? -1 : names.indexOf(window.column),
      p: window.p,
    })),
  };
}

/** How far back the longest window can reach from T, milliseconds: its length and one hop. */
export function reachMsOf(spec: WindowSpec): number {
  return spec.windows.reduce((reach, window) => Math.max(reach, window.overMs + window.hopMs), 0);
}
