import { cellState, type Column, type ColumnWithTag } from "../../table/column.ts";

/** A column of numbers, as doubles where it holds a value; a 64-bit integer beyond 2^53 is rounded. Shared with the column where it can be. */
export function presentDoubles(
  column: Exclude<Column, ColumnWithTag<"utf8" | "json" | "f64[]" | "utf8[]">>,
): Float64Array {
  if (column.tag === "i64") return Float64Array.from(presentIntegers(column), Number);
  if (column.tag === "f64" || column.tag === "instant") return present(column.values, column.states, Float64Array);
  return Float64Array.from(
    column.tag === "i32"
      ? present(column.values, column.states, Int32Array)
      : present(column.values, column.states, Uint8Array),
  );
}

/** A column of 64-bit integers, where it holds a value. */
export function presentIntegers({ values, states }: ColumnWithTag<"i64">): BigInt64Array {
  return present(values, states, BigInt64Array);
}

/** The values that are there, in their order; the array itself where all are. */
function present<V, A extends { readonly length: number; [at: number]: V; slice(from: number, to: number): A }>(
  values: A,
  states: Uint8Array | undefined,
  make: new (length: number) => A,
): A {
  if (states === undefined) return values;
  const out = new make(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) if (states[i] === cellState.present) out[n++] = values[i] as V;
  return out.slice(0, n);
}
