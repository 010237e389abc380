import { minAt, minTo } from "./fenwick-tree.ts";
import type { SortedEvents } from "./sorted-events.ts";
import type { WindowSpec } from "./window-spec.ts";
import type { WindowStates } from "./window-states.ts";

/** The minima of one column; a maximum is the minimum of the negated values, negated. */
interface Minima {
  readonly column: number;
  /** 1, or −1 for maxima. */
  readonly sign: 1 | -1;
  readonly values: Float64Array;
  readonly present: Uint8Array | undefined;
  readonly tree: Float64Array;
  /** By window: the minimum of what is known from its first event on. */
  readonly least: Float64Array;
}

/** Minima and maxima of one key's events in the windows that end at T. Such a window is a prefix of the events, newest first: all of them are before T. */
export class ExtremeTrees {
  readonly #minima: readonly Minima[];
  readonly #columns: number;
  /** The place of the first event of each window when it was last written. */
  readonly #first: Float64Array;
  #from = 0;
  #size = 0;

  constructor(spec: WindowSpec, events: SortedEvents) {
    this.#columns = spec.columns.length;
    this.#first = new Float64Array(spec.windows.length);
    const used = spec.groups.filter(({ windows }) =>
      windows.some((window) => spec.windows[window]?.kind !== "tumbling"),
    );
    this.#minima = spec.columns.flatMap(({ min, max }, column) => {
      const own = events.columns[column];
      if (own === undefined || !used.some(({ columns }) => columns.includes(column))) return [];
      const signs = [...(min ? [1 as const] : []), ...(max ? [-1 as const] : [])];
      return signs.map((sign) => {
        const tree = new Float64Array(events.largest + 1);
        return { column, sign, ...own, tree, least: new Float64Array(spec.windows.length) };
      });
    });
  }

  /** Starts a key whose events are at `from … to`. */
  open(from: number, to: number): void {
    this.#from = from;
    this.#size = to - from;
    this.#first.fill(from);
    for (const { tree, least } of this.#minima) {
      tree.fill(Number.POSITIVE_INFINITY, 0, this.#size + 1);
      least.fill(Number.POSITIVE_INFINITY);
    }
  }

  /** An event comes to count. */
  insert(place: number): void {
    const position = this.#size - (place - this.#from);
    for (const { sign, values, present, tree, least } of this.#minima) {
      if (present !== undefined && present[place] !== 1) continue;
      const value = sign * (values[place] ?? 0);
      minAt(tree, this.#size, position, value);
      for (let w = 0; w < least.length; w++)
        if (place >= (this.#first[w] ?? 0)) least[w] = Math.min(least[w] ?? 0, value);
    }
  }

  /** Writes the extremes of the window that starts at place `first`. */
  write(window: number, first: number, states: WindowStates): void {
    const before = this.#first[window] ?? 0;
    this.#first[window] = first;
    const position = this.#size - (first - this.#from);
    for (const { column, sign, values, tree, least } of this.#minima) {
      if (!isUnchanged(values, sign, before, first, least[window] ?? 0)) least[window] = minTo(tree, position);
      const at = window * this.#columns + column;
      if (sign === 1) states.mins[at] = least[window] ?? 0;
      else states.maxs[at] = -(least[window] ?? 0);
    }
  }
}

/** Whether a minimum stays when a window's start moves from one place to another: when all that leaves is above it. */
function isUnchanged(values: Float64Array, sign: 1 | -1, before: number, first: number, least: number): boolean {
  if (first < before) return false;
  for (let place = before; place < first; place++) if (!(sign * (values[place] ?? 0) > least)) return false;
  return true;
}
