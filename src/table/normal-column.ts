import { cellState, type Column, type Utf8Column } from "./column.ts";

/**
 * The column in normal form: equal content has equal bytes. Values under nulls and absent cells are zero, every NaN has the same bits,
 * states are left out when all cells are present, and a dictionary lists exactly the values used, in the order of first appearance.
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
      const values = column.values.slice();
      if (states) for (let i = 0; i < values.length; i++) if (states[i] !== cellState.present) values[i] = 0n;
      return { tag: "i64", values, ...(states && { states }) };
    }
    case "i32": {
      const values = column.values.slice();
      blank(values, states);
      return { tag: "i32", values, ...(states && { states }) };
    }
    case "bool": {
      const values = column.values.slice();
      blank(values, states);
      return { tag: "bool", values, ...(states && { states }) };
    }
  }
}

function normalStates(states: Uint8Array | undefined): Uint8Array | undefined {
  if (states === undefined) return undefined;
  for (const state of states) if (state !== cellState.present) return states;
  return undefined;
}

function blank(values: { readonly length: number; [index: number]: number }, states: Uint8Array | undefined): void {
  if (states === undefined) return;
  for (let i = 0; i < values.length; i++) if (states[i] !== cellState.present) values[i] = 0;
}

function normalDoubles(values: Float64Array, states: Uint8Array | undefined): Float64Array {
  const out = values.slice();
  for (let i = 0; i < out.length; i++) if (Number.isNaN(out[i])) out[i] = Number.NaN;
  blank(out, states);
  return out;
}

type Codes = Omit<Utf8Column, "tag" | "states">;

function normalCodes(column: Codes, states: Uint8Array | undefined): Codes {
  const codes = new Int32Array(column.dictionary.length).fill(-1);
  const dictionary: string[] = [];
  const values = new Int32Array(column.values.length);
  for (let i = 0; i < values.length; i++) {
    if (states !== undefined && states[i] !== cellState.present) continue;
    const old = column.values[i] ?? 0;
    let code = codes[old] ?? -1;
    if (code < 0) {
      code = dictionary.length;
      codes[old] = code;
      dictionary.push(column.dictionary[old] ?? "");
    }
    values[i] = code;
  }
  return { values, dictionary };
}
