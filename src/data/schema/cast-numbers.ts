import { cellState, type Column, type F64Column, type I64Column } from "../../table/column.ts";
import { littleEndian } from "../../table/encode-part.ts";
import type { NumberKind } from "./input-rule.ts";

/**
 * A column of numbers as the kind that a field takes (see `byNumberKind`), without a bigint a cell where possible. A value that the kind
 * cannot hold exactly marks its row in `bad`.
 */
export function castNumbers(column: Column, kind: NumberKind, bad: Uint8Array): Column {
  const states = column.states === undefined ? {} : { states: column.states };
  if (kind === "number" && column.tag === "i64") return { tag: "f64", values: doubles(column, bad), ...states };
  if (kind === "bigint" && column.tag === "i32")
    return { tag: "i64", values: BigInt64Array.from(column.values, BigInt), ...states };
  if (kind === "bigint" && column.tag === "f64") return { tag: "i64", values: integers(column, bad), ...states };
  return column;
}

/** The two halves of 64-bit integers: the high one signed, the low one not. */
export function halves(values: BigInt64Array): {
  readonly high: Int32Array;
  readonly low: Uint32Array;
  readonly at: 0 | 1;
} {
  const { buffer, byteOffset, length } = values;
  return {
    high: new Int32Array(buffer, byteOffset, length * 2),
    low: new Uint32Array(buffer, byteOffset, length * 2),
    at: littleEndian ? 1 : 0,
  };
}

function doubles({ values, states }: I64Column, bad: Uint8Array): Float64Array {
  const out = new Float64Array(values.length);
  const { high, low, at } = halves(values);
  for (let row = 0; row < out.length; row++) {
    const double = (high[row * 2 + at] as number) * 4294967296 + (low[row * 2 + 1 - at] as number);
    out[row] = double;
    if (!Number.isSafeInteger(double) && (states === undefined || states[row] === cellState.present)) bad[row] = 1;
  }
  return out;
}

function integers({ values, states }: F64Column, bad: Uint8Array): BigInt64Array {
  const out = new BigInt64Array(values.length);
  for (let row = 0; row < out.length; row++) {
    const value = values[row] as number;
    if (Number.isSafeInteger(value)) out[row] = BigInt(value);
    else if (states === undefined || states[row] === cellState.present) bad[row] = 1;
  }
  return out;
}
