import { cellState, type Column, isListColumn, type ListColumn } from "./column.ts";

/** Where the items of a row begin; they end at `values[row]`. */
export function itemsFrom({ values }: Pick<ListColumn, "values">, row: number): number {
  return row === 0 ? 0 : (values[row - 1] ?? 0);
}

/** The list of one row, of whatever state. For messages and samples; loops read the arrays. */
export function listAt(column: ListColumn, row: number): readonly number[] | readonly string[] {
  const from = itemsFrom(column, row);
  const to = column.values[row] ?? from;
  if (column.tag === "f64[]") return Array.from(column.items.subarray(from, to));
  return Array.from(column.items.subarray(from, to), (code) => column.dictionary[code] ?? "");
}

/** A text that two rows of the column have in common exactly when their lists are the same, item by item under `Object.is`. */
export function listKey(column: ListColumn, row: number): string {
  const from = itemsFrom(column, row);
  const to = column.values[row] ?? from;
  if (column.tag === "utf8[]") return column.items.subarray(from, to).join(",");
  return Array.from(column.items.subarray(from, to), (item) => (Object.is(item, -0) ? "-0" : String(item))).join(",");
}

/** The lists of the given rows, in that order, as a column of the given states; a row that these leave without a value has no items. */
export function takeLists(column: ListColumn, rows: ArrayLike<number>, states: Uint8Array | undefined): ListColumn {
  const values = new Uint32Array(rows.length);
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    const row = rows[i] ?? 0;
    if (states === undefined || states[i] === cellState.present)
      length += (column.values[row] ?? 0) - itemsFrom(column, row);
    values[i] = length;
  }
  const fill = <A extends Float64Array | Int32Array>(items: A, from: A): A => {
    for (let i = 0, at = 0; i < values.length; i++) {
      const end = values[i] ?? at;
      if (end > at) items.set(from.subarray(itemsFrom(column, rows[i] ?? 0), column.values[rows[i] ?? 0]), at);
      at = end;
    }
    return items;
  };
  const own = states === undefined ? {} : { states };
  if (column.tag === "f64[]")
    return { tag: column.tag, values, items: fill(new Float64Array(length), column.items), ...own };
  const items = fill(new Int32Array(length), column.items);
  return { tag: column.tag, values, items, dictionary: column.dictionary, ...own };
}

/** The lists of the rows `[from, to)`: the items are a view of the column's, the ends count from the first of them. */
export function sliceLists(
  column: ListColumn,
  from: number,
  to: number,
  states: { readonly states?: Uint8Array },
): ListColumn {
  const first = itemsFrom(column, from);
  const ends = column.values.subarray(from, to);
  const values = first === 0 ? ends : ends.map((end) => end - first);
  const last = first + (values[values.length - 1] ?? 0);
  if (column.tag === "f64[]") return { tag: column.tag, values, items: column.items.subarray(first, last), ...states };
  const { tag, dictionary } = column;
  return { tag, values, items: column.items.subarray(first, last), dictionary, ...states };
}

/** A column whose cells are in other states; lists that lose their value lose their items. */
export function withStates(column: Column, states: Uint8Array): Column {
  if (!isListColumn(column)) return { ...column, states };
  return takeLists(
    column,
    column.values.map((_, row) => row),
    states,
  );
}

/** Whether a column of lists has its items where its ends say, and none in rows without a value. */
export function hasOrderedEnds({ values, items, states }: ListColumn): boolean {
  let last = 0;
  for (let row = 0; row < values.length; row++) {
    const end = values[row] ?? 0;
    if (end < last || (end > last && states !== undefined && states[row] !== cellState.present)) return false;
    last = end;
  }
  return last <= items.length;
}
