import type { NumberCells } from "../kernel/cells.ts";

/** Moves the cells of each column from place `places[i]` to place `i`, a column at a time; `places` holds every place once. */
export function reorderCells(columns: readonly NumberCells[], places: Uint32Array): void {
  const values = new Float64Array(places.length);
  const statuses = new Uint8Array(places.length);
  for (const column of columns) {
    for (let i = 0; i < places.length; i++) values[i] = column.values[places[i] ?? 0] ?? 0;
    for (let i = 0; i < places.length; i++) statuses[i] = column.statuses[places[i] ?? 0] ?? 0;
    column.values.set(values);
    column.statuses.set(statuses);
  }
}
