/**
 * The table from cells to bins: how many upper edges lie in cells before each. `cellOf` never falls, so an edge in an earlier cell is below
 * a value, one in a later cell is not, and only the edges in the value's own cell are left to compare.
 */
export function cellTable(uppers: Float64Array, cells: number, cellOf: (value: number) => number): Uint16Array {
  const first = new Uint16Array(cells);
  for (const upper of uppers) {
    const next = cellOf(upper) + 1;
    if (next < cells) first[next] = (first[next] as number) + 1;
  }
  for (let cell = 1; cell < cells; cell++) first[cell] = (first[cell] as number) + (first[cell - 1] as number);
  return first;
}

/** How many edges of a cell a value passes on its way to its own: on average over the counts of the reference, and at worst. */
export function crowding(
  uppers: Float64Array,
  counts: readonly number[],
  cellOf: (value: number) => number,
): { readonly comparisons: number; readonly most: number } {
  let cell = -1;
  let rank = 0;
  let most = 0;
  let passed = 0;
  let total = 0;
  for (let bin = 0; bin < uppers.length; bin++) {
    const here = cellOf(uppers[bin] as number);
    rank = here === cell ? rank + 1 : 1;
    cell = here;
    most = Math.max(most, rank);
    const count = counts[bin + 1] ?? 1;
    passed += rank * count;
    total += count;
  }
  return { comparisons: total > 0 ? passed / total : most, most };
}
