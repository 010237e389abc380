import { minAt, minTo } from "./fenwick-tree.ts";
import type { SortedEvents } from "./sorted-events.ts";
import type { WindowSpec } from "./window-spec.ts";
import type { WindowStates } from "./window-states.ts";

/** The trees of one column; a maximum is the minimum of the negated values, negated. */
interface ColumnTrees {
  readonly column: number;
  readonly values: Float64Array;
  readonly present: Uint8Array | undefined;
  readonly least: Float64Array | undefined;
  readonly greatest: Float64Array | undefined;
}

/** Minima and maxima of one key's events in the windows that end at T. Such a window is a prefix of the events, newest first: all of them are before T. */
export class ExtremeTrees {
  readonly #trees: readonly ColumnTrees[];
  readonly #columns: number;
  #from = 0;
  #size = 0;

  constructor(spec: WindowSpec, events: SortedEvents) {
    this.#columns = spec.columns.length;
    const tree = (used: boolean): Float64Array | undefined => (used ? new Float64Array(events.largest + 1) : undefined);
    const used = spec.groups.filter(({ windows }) =>
      windows.some((window) => spec.windows[window]?.kind !== "tumbling"),
    );
    this.#trees = spec.columns.flatMap(({ min, max }, column) => {
      const own = events.columns[column];
      if (own === undefined || !(min || max) || !used.some(({ columns }) => columns.includes(column))) return [];
      return [{ column, values: own.values, present: own.present, least: tree(min), greatest: tree(max) }];
    });
  }

  /** Starts a key whose events are at `from … to`. */
  open(from: number, to: number): void {
    this.#from = from;
    this.#size = to - from;
    for (const { least, greatest } of this.#trees) {
      least?.fill(Number.POSITIVE_INFINITY, 0, this.#size + 1);
      greatest?.fill(Number.POSITIVE_INFINITY, 0, this.#size + 1);
    }
  }

  /** An event becomes known. */
  insert(place: number): void {
    const position = this.#size - (place - this.#from);
    for (const { values, present, least, greatest } of this.#trees) {
      if (present !== undefined && present[place] !== 1) continue;
      const value = values[place] ?? 0;
      if (least !== undefined) minAt(least, this.#size, position, value);
      if (greatest !== undefined) minAt(greatest, this.#size, position, -value);
    }
  }

  /** Writes the extremes of the window that starts at place `first`. */
  write(window: number, first: number, states: WindowStates): void {
    const position = this.#size - (first - this.#from);
    for (const { column, least, greatest } of this.#trees) {
      const at = window * this.#columns + column;
      if (least !== undefined) states.mins[at] = minTo(least, position);
      if (greatest !== undefined) states.maxs[at] = -minTo(greatest, position);
    }
  }
}
