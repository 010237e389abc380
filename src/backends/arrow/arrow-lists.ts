import { type Data, DataType } from "apache-arrow";
import { cellState, type Column, isPresent, type ListColumn } from "../../table/column.ts";
import { itemsFrom, takeLists } from "../../table/list-cells.ts";
import type { ColumnReader } from "./arrow-dictionary.ts";
import { offsetsOf } from "./arrow-text.ts";

/**
 * A vector of lists, of any or of a fixed length, whose items are numbers or texts, as a column of lists. `undefined` for others, and where an item is
 * null or an integer that a double does not hold: those are JSON, or nothing.
 */
export function listColumn(
  name: string,
  data: Data,
  states: Uint8Array | undefined,
  columnOf: ColumnReader,
): ListColumn | undefined {
  if (!hasPlainItems(data.type)) return undefined;
  const [child]: readonly (Data | undefined)[] = data.children;
  if (child === undefined) return undefined;
  const ends = endsOf(data);
  const first = ends[0] ?? 0;
  const last = ends[data.length] ?? first;
  const items = columnOf(name, child.slice(first, last - first));
  const values = Uint32Array.from({ length: data.length }, (_, row) => (ends[row + 1] ?? first) - first);
  return complete(items, values, states);
}

function hasPlainItems(type: DataType): boolean {
  if (!DataType.isList(type) && !DataType.isFixedSizeList(type)) return false;
  const item: DataType = type.valueType;
  const own: DataType = DataType.isDictionary(item) ? item.dictionary : item;
  return DataType.isFloat(own) || DataType.isInt(own) || DataType.isUtf8(own) || DataType.isLargeUtf8(own);
}

/** Where each list begins among the vector's items, and at last where the last one ends. */
function endsOf(data: Data): ArrayLike<number> {
  const { type }: { readonly type: DataType } = data;
  if (!DataType.isFixedSizeList(type)) return offsetsOf(data);
  const size: number = type.listSize;
  return Float64Array.from({ length: data.length + 1 }, (_, row) => row * size);
}

/** Rows without a value may have items, of whatever state: they are left out. */
function complete(items: Column, values: Uint32Array, states: Uint8Array | undefined): ListColumn | undefined {
  const whole = wholeLists(items, values);
  if (whole === undefined) return undefined;
  const isFit = (item: number): boolean =>
    isPresent(items, item) && (items.tag !== "i64" || Number.isSafeInteger(whole.items[item]));
  const isFree = items.states === undefined && items.tag !== "i64";
  for (let row = 0; row < values.length && !isFree; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    for (let item = itemsFrom(whole, row); item < (values[row] ?? 0); item++) if (!isFit(item)) return undefined;
  }
  if (states === undefined) return whole;
  const rows = values.map((_, row) => row);
  return takeLists(whole, rows, states);
}

function wholeLists(items: Column, values: Uint32Array): ListColumn | undefined {
  switch (items.tag) {
    case "utf8":
      return { tag: "utf8[]", values, items: items.values, dictionary: items.dictionary };
    case "f64":
      return { tag: "f64[]", values, items: items.values };
    case "i32":
    case "i64":
      return { tag: "f64[]", values, items: Float64Array.from(items.values, Number) };
    default:
      return undefined;
  }
}
