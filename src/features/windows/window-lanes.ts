import { exactColumn } from "./exact-column.ts";
import { ExactSum } from "./exact-sum.ts";
import { addAt, minAt, minTo, sumTo } from "./fenwick-tree.ts";
import type { WindowSpec } from "./window-spec.ts";
import type { WindowStates } from "./window-states.ts";

/** A column of source events. */
export interface EventColumn {
  readonly values: Float64Array;
  /** 1 where the event has a value; left out when all have. */
  readonly present: Uint8Array | undefined;
}

/** Additive figures of a column: how many values, and the limbs of their sum; `undefined` limbs need the exact path. */
interface ColumnLanes {
  readonly column: EventColumn;
  readonly count: Float64Array;
  readonly sums: readonly { readonly values: Float64Array; readonly tree: Float64Array }[] | undefined;
  readonly least: Float64Array | undefined;
  /** Minima of the negated values. */
  readonly greatest: Float64Array | undefined;
}

/** Trees of all figures of one view; they are used for one entity after another. */
export interface WindowLanes {
  readonly events: Float64Array;
  readonly columns: readonly ColumnLanes[];
}

/** Makes the trees for entities of at most `maxCount` events. */
export function makeWindowLanes(spec: WindowSpec, columns: readonly EventColumn[], maxCount: number): WindowLanes {
  const tree = (start: number): Float64Array => new Float64Array(maxCount + 1).fill(start);
  return {
    events: tree(0),
    columns: columns.map((column, i) => {
      const use = spec.columns[i];
      const exact = use?.sum === true ? exactColumn(column.values, column.present, maxCount) : { limbs: [] };
      return {
        column,
        count: column.present === undefined ? new Float64Array(0) : tree(0),
        sums: exact?.limbs.map((values) => ({ values, tree: tree(0) })),
        least: use?.min === true ? tree(Number.POSITIVE_INFINITY) : undefined,
        greatest: use?.max === true ? tree(Number.POSITIVE_INFINITY) : undefined,
      };
    }),
  };
}

/** Empties the first `size` positions. */
export function clearLanes(lanes: WindowLanes, size: number): void {
  lanes.events.fill(0, 0, size + 1);
  for (const { count, sums, least, greatest } of lanes.columns) {
    count.fill(0, 0, size + 1);
    for (const sum of sums ?? []) sum.tree.fill(0, 0, size + 1);
    least?.fill(Number.POSITIVE_INFINITY, 0, size + 1);
    greatest?.fill(Number.POSITIVE_INFINITY, 0, size + 1);
  }
}

/** Inserts event `item` at a position of trees of `size` events. */
export function insertEvent(lanes: WindowLanes, size: number, position: number, item: number): void {
  addAt(lanes.events, size, position, 1);
  const columns = lanes.columns;
  for (let c = 0; c < columns.length; c++) {
    const lane = columns[c];
    if (lane === undefined) continue;
    const { column, sums, least, greatest } = lane;
    if (column.present !== undefined) {
      if (column.present[item] !== 1) continue;
      addAt(lane.count, size, position, 1);
    }
    if (sums !== undefined) for (let s = 0; s < sums.length; s++) addLimb(sums[s], size, position, item);
    const value = column.values[item] ?? 0;
    if (least !== undefined) minAt(least, size, position, value);
    if (greatest !== undefined) minAt(greatest, size, position, -value);
  }
}

function addLimb(sum: { readonly values: Float64Array; readonly tree: Float64Array } | undefined, size: number, position: number, item: number): void {
  const value = sum?.values[item] ?? 0;
  if (sum !== undefined && value !== 0) addAt(sum.tree, size, position, value);
}

/**
 * Reads one window, the `position` newest events, into states. `exactly` sums a column event by event where no trees can.
 */
export function readLanes(
  lanes: WindowLanes,
  position: number,
  window: number,
  states: WindowStates,
  exactly: (column: EventColumn) => number,
): void {
  const events = sumTo(lanes.events, position);
  states.events[window] = events;
  const columns = lanes.columns;
  for (let c = 0; c < columns.length; c++) {
    const lane = columns[c];
    if (lane === undefined) continue;
    const at = window * columns.length + c;
    const count = lane.column.present === undefined ? events : sumTo(lane.count, position);
    states.counts[at] = count;
    if (lane.sums === undefined) states.sums[at] = count === 0 ? 0 : exactly(lane.column);
    else states.sums[at] = sumLimbs(lane.sums, position);
    if (lane.least !== undefined) states.mins[at] = minTo(lane.least, position);
    if (lane.greatest !== undefined) states.maxs[at] = -minTo(lane.greatest, position);
  }
}

function sumLimbs(sums: readonly { readonly tree: Float64Array }[], position: number): number {
  if (sums.length <= 1) return sums[0] === undefined ? 0 : sumTo(sums[0].tree, position);
  const total = new ExactSum();
  for (const sum of sums) total.add(sumTo(sum.tree, position));
  return total.value();
}
