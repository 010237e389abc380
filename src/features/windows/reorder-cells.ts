import type { Steps } from "../../core/turns.ts";
import type { WindowCells } from "./window-states.ts";

/** Moves the cells of each column from place `places[i]` to place `i`, a column at a time; `places` holds every place once. */
export function* reorderCells(columns: readonly WindowCells[], places: Uint32Array): Steps<void> {
  const spare = { numbers: new Float64Array(places.length), statuses: new Uint8Array(places.length) };
  for (const column of columns) {
    reorderColumn(column, places, spare);
    yield;
  }
}

interface Spare {
  readonly numbers: Float64Array;
  readonly statuses: Uint8Array;
}

function reorderColumn(column: WindowCells, places: Uint32Array, { numbers, statuses }: Spare): void {
  if (column.kind === "numbers") reorderLists(column.values, places);
  else {
    for (let i = 0; i < places.length; i++) numbers[i] = column.values[places[i] ?? 0] ?? 0;
    column.values.set(numbers);
  }
  for (let i = 0; i < places.length; i++) statuses[i] = column.statuses[places[i] ?? 0] ?? 0;
  column.statuses.set(statuses);
}

function reorderLists(values: Float64Array[], places: Uint32Array): void {
  const before = values.slice();
  for (let i = 0; i < places.length; i++) values[i] = before[places[i] ?? 0] ?? new Float64Array(0);
}
