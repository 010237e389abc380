import { type Data, DataType, DateUnit, TimeUnit, type Vector } from "apache-arrow";
import { SluiceError } from "../../core/errors.ts";
import { codeOf } from "../../table/code-of.ts";
import { cellState, type Column } from "../../table/column.ts";

/** A chunk of an Arrow vector as a column (an empty one has no buffers), read from its buffers; a null of Arrow is a null. Throws `table/unsupported-type`. */
export function arrowColumn(name: string, data: Data): Column {
  const type: DataType = data.type;
  const states = statesOf(data);
  if (DataType.isDictionary(type)) return dictionaryColumn(name, data, states);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { ...textColumn(data), ...states };
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
  if (DataType.isDate(type)) return { tag: "instant", values: dates(name, data, type.unit), ...states };
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

function timestamps(data: Data, unit: TimeUnit): Float64Array {
  const values: BigInt64Array = data.values ?? new BigInt64Array(0);
  const out = new Float64Array(data.length);
  for (let row = 0; row < out.length; row++) out[row] = toMs(values[row] ?? 0n, unit);
  return out;
}

/** Whole milliseconds are divided as integers, so that they stay exact at any distance from the epoch. */
function toMs(value: bigint, unit: TimeUnit): number {
  switch (unit) {
    case TimeUnit.SECOND:
      return Number(value) * 1000;
    case TimeUnit.MILLISECOND:
      return Number(value);
    case TimeUnit.MICROSECOND:
      return Number(value / 1000n) + Number(value % 1000n) / 1000;
    case TimeUnit.NANOSECOND:
      return Number(value / 1_000_000n) + Number(value % 1_000_000n) / 1_000_000;
  }
}

const dayMs = 86_400_000;

function dates(name: string, data: Data, unit: DateUnit): Float64Array {
  if (unit === DateUnit.DAY) return Float64Array.from(numbersOf(name, data), (day) => day * dayMs);
  const out = new Float64Array(data.length);
  for (let row = 0; row < out.length; row++) out[row] = Number(data.values[row]);
  return out;
}

function textColumn(data: Data): Column {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const codes = new Map<string, number>();
  const values = new Int32Array(data.length);
  for (let row = 0; row < data.length; row++) {
    const from = Number(data.valueOffsets[row]);
    values[row] = codeOf(codes, decoder.decode(data.values.subarray(from, Number(data.valueOffsets[row + 1]))));
  }
  return { tag: "utf8", values, dictionary: [...codes.keys()] };
}

/** Indices into a dictionary of text; entries that are equal become one, and a null entry makes its rows null. */
function dictionaryColumn(name: string, data: Data, own: { readonly states?: Uint8Array }): Column {
  const entries = dictionaryTexts(name, data);
  const codes = new Map<string, number>();
  const entryCodes = entries.map((text) => (text === undefined ? -1 : codeOf(codes, text)));
  const values = new Int32Array(data.length);
  const states = own.states ?? new Uint8Array(data.length).fill(cellState.present);
  let missing = own.states !== undefined;
  for (let row = 0; row < data.length; row++) {
    if (states[row] === cellState.null) continue;
    const code = entryCodes[Number(data.values[row])] ?? -1;
    if (code < 0) {
      states[row] = cellState.null;
      missing = true;
    } else values[row] = code;
  }
  return { tag: "utf8", values, dictionary: [...codes.keys()], ...(missing ? { states } : {}) };
}

function dictionaryTexts(name: string, data: Data): (string | undefined)[] {
  if (data.length === 0) return [];
  const dictionary: Vector | undefined = data.dictionary;
  if (dictionary === undefined) throw unsupported(name, data.type);
  return dictionary.data.flatMap((chunk: Data) => {
    const column = arrowColumn(name, chunk);
    if (column.tag !== "utf8") throw unsupported(name, data.type);
    return Array.from(column.values, (code, row) =>
      column.states !== undefined && column.states[row] !== cellState.present ? undefined : column.dictionary[code],
    );
  });
}

function unsupported(name: string, type: DataType): SluiceError {
  return new SluiceError("table/unsupported-type", {
    found: `column "${name}" of Arrow type ${String(type)}`,
    expected: "integers, 32- or 64-bit floats, text (also dictionary-coded), booleans, dates or timestamps",
    fix: "Convert the column first, or leave it out of the table.",
  });
}
