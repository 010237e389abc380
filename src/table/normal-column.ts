import { cellState, type Column, type ListColumn, type Utf8Column } from "./column.ts";
import { hasOrderedEnds, takeLists } from "./list-cells.ts";

/**
 * The column in normal form: equal content has equal bytes. Values under nulls and absent cells are zero, every NaN has the same bits,
 * states are left out when all cells are present, and a dictionary lists exactly the values used, in the order of first appearance.
 * Lists have no items that no row has. Arrays that are normal already are not copied.
 */
export function normalColumn(column: Column): Column {
  const states = normalStates(column.states);
  switch (column.tag) {
    case "utf8":
    case "json":
      return { tag: column.tag, ...normalCodes(column, states), ...(states && { states }) };
    case "f64":
      return { tag: "f64", values: normalDoubles(column.values, states), ...(states && { states }) };
    case "instant":
      return { tag: "instant", values: normalDoubles(column.values, states), ...(states && { states }) };
    case "i64": {
      if (states === undefined) return { tag: "i64", values: column.values };
      const values = column.values.slice();
      for (let i = 0; i < values.length; i++) if (states[i] !== cellState.present) values[i] = 0n;
      return { tag: "i64", values, states };
    }
    case "i32":
      if (states === undefined) return { tag: "i32", values: column.values };
      return { tag: "i32", values: blanked(column.values.slice(), states), states };
    case "bool":
      if (states === undefined) return { tag: "bool", values: column.values };
      return { tag: "bool", values: blanked(column.values.slice(), states), states };
    case "f64[]":
    case "utf8[]":
      return normalLists(column, states);
  }
}

function normalLists(column: ListColumn, states: Uint8Array | undefined): Column {
  const { values } = column;
  const isTight = hasOrderedEnds(column) && column.items.length === (values[values.length - 1] ?? 0);
  const tight = isTight
    ? column
    : takeLists(
        column,
        values.map((_, row) => row),
        states,
      );
  if (tight.tag === "f64[]")
    return {
      tag: tight.tag,
      values: tight.values,
      items: normalDoubles(tight.items, undefined),
      ...(states && { states }),
    };
  const { values: items, dictionary } = normalCodes({ values: tight.items, dictionary: tight.dictionary }, undefined);
  return { tag: tight.tag, values: tight.values, items, dictionary, ...(states && { states }) };
}

function normalStates(states: Uint8Array | undefined): Uint8Array | undefined {
  if (states === undefined) return undefined;
  for (const state of states) if (state !== cellState.present) return states;
  return undefined;
}

function blanked<A extends { readonly length: number; [index: number]: number }>(values: A, states: Uint8Array): A {
  for (let i = 0; i < values.length; i++) if (states[i] !== cellState.present) values[i] = 0;
  return values;
}

function normalDoubles(values: Float64Array, states: Uint8Array | undefined): Float64Array {
  if (states === undefined && !values.includes(Number.NaN)) return values;
  const out = values.slice();
  for (let i = 0; i < out.length; i++) if (Number.isNaN(out[i])) out[i] = Number.NaN;
  return states === undefined ? out : blanked(out, states);
}

type Codes = Omit<Utf8Column, "tag" | "states">;

/** The new code of each old one, −1 for none; between calls all −1, so that a part costs what its rows cost, however large the table's dictionary. */
let newCodes: Int32Array = new Int32Array(0);

function normalCodes(column: Codes, states: Uint8Array | undefined): Codes {
  if (newCodes.length < column.dictionary.length) newCodes = new Int32Array(2 * column.dictionary.length).fill(-1);
  const codes = newCodes;
  const used: number[] = [];
  const from = column.values;
  const values = new Int32Array(from.length);
  for (let i = 0; i < values.length; i++) {
    if (states !== undefined && states[i] !== cellState.present) continue;
    const old = from[i] as number;
    let code = codes[old] as number;
    if (code < 0) {
      code = used.length;
      codes[old] = code;
      used.push(old);
    }
    values[i] = code;
  }
  for (const old of used) codes[old] = -1;
  return { values, dictionary: used.map((old) => column.dictionary[old] ?? "") };
}
