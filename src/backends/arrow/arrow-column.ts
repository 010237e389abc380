import { type Data, DataType } from "apache-arrow";
import { SluiceError } from "../../core/errors.ts";
import type { Column } from "../../table/column.ts";
import { unsupported } from "./arrow-errors.ts";
import { dates, timestamps } from "./arrow-instants.ts";
import { listColumn } from "./arrow-lists.ts";
import { isNested, nestedColumn } from "./arrow-nested.ts";
import { textColumn } from "./arrow-text.ts";
import { dictionaryColumn } from "./arrow-dictionary.ts";

/**
 * A chunk of an Arrow vector as a column, read from its buffers; a null of Arrow is a null. Lists whose items are all numbers, or all texts, become
 * lists; structs, maps and other lists JSON. Throws
 * `table/unsupported-type`, `data/malformed-source` (text that is no UTF-8).
 */
export function arrowColumn(name: string, data: Data): Column {
  const type: DataType = data.type;
  const states = statesOf(data);
  if (DataType.isDictionary(type)) return dictionaryColumn(name, data, states.states, arrowColumn);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type))
    return { ...textColumn(name, data, states.states), ...states };
  const lists = listColumn(name, data, states.states, arrowColumn);
  if (lists !== undefined) return lists;
  if (isNested(type)) return { ...nestedColumn(name, data, states.states, arrowColumn), ...states };
  if (DataType.isBool(type)) return { tag: "bool", values: bits(data.values, data.offset, data.length), ...states };
  if (DataType.isFloat(type) && !(data.values instanceof Uint16Array)) {
    return { tag: "f64", values: Float64Array.from(numbersOf(name, data)), ...states };
  }
  if (DataType.isInt(type)) {
    const wide = type.bitWidth === 64 || (type.bitWidth === 32 && !type.isSigned);
    if (data.length === 0 && wide) return { tag: "i64", values: new BigInt64Array(0) };
    return { ...integerColumn(name, data), ...states };
  }
  if (DataType.isTimestamp(type)) return { tag: "instant", values: timestamps(data, type.unit), ...states };
  if (DataType.isDate(type)) return { tag: "instant", values: dates(data, type.unit), ...states };
  throw unsupported(name, type);
}

function statesOf(data: Data): { states?: Uint8Array } {
  if (data.nullCount === 0) return {};
  return { states: bits(data.nullBitmap, data.offset, data.length) };
}

/** Bits from an offset on as bytes 0 and 1: as validity these are {@link cellState} null and present. */
function bits(bitmap: Uint8Array, offset: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let row = 0; row < length; row++) {
    const bit = offset + row;
    out[row] = ((bitmap[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  }
  return out;
}

function numbersOf(name: string, data: Data): ArrayLike<number> & Iterable<number> {
  if (data.length === 0) return new Float64Array(0);
  const { values } = data;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) throw unsupported(name, data.type);
  const typed: ArrayLike<number> &
    Iterable<number> & { subarray(from: number, to: number): ArrayLike<number> & Iterable<number> } = values;
  return typed.subarray(0, data.length);
}

function integerColumn(name: string, data: Data): Column {
  const { values } = data;
  if (values instanceof BigInt64Array) return { tag: "i64", values: values.slice(0, data.length) };
  if (values instanceof BigUint64Array) return { tag: "i64", values: signed(name, values.subarray(0, data.length)) };
  if (values instanceof Uint32Array)
    return { tag: "i64", values: BigInt64Array.from(values.subarray(0, data.length), BigInt) };
  return { tag: "i32", values: Int32Array.from(numbersOf(name, data)) };
}

function signed(name: string, values: BigUint64Array): BigInt64Array {
  for (const value of values) {
    if (value > 9223372036854775807n) {
      throw new SluiceError("table/unsupported-type", {
        found: `${value} in column "${name}"`,
        expected: "64-bit integers with a sign",
        fix: "Store such numbers as text.",
      });
    }
  }
  return BigInt64Array.from(values);
}
