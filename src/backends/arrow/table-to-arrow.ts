import {
  type Table as ArrowTable,
  Bool,
  type Data,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Table as NewTable,
  TimestampMicrosecond,
  Utf8,
  type Vector,
} from "apache-arrow";
import { cellState, type Column, type ListColumn, type Utf8Column } from "../../table/column.ts";
import { makeTable, type Table } from "../../table/table.ts";

/**
 * A table as an Arrow table: instants as timestamps in microseconds UTC, text dictionary-coded, JSON as text, lists as lists, everything else as it is.
 *
 * Arrow has one null. Null and absent cells both become it; a column with both kinds gets a companion `<name>__absent` of booleans.
 *
 * @example
 * ```ts
 * import { tableToArrow } from "sluice/backends/arrow";
 * import { makeTable } from "sluice/table";
 * const arrow = tableToArrow(makeTable({ delay: { tag: "f64", values: Float64Array.of(3, 12) } }));
 * if (arrow.getChild("delay")?.get(1) !== 12) throw new Error("12 expected");
 * ```
 */
export function tableToArrow(table: Table): ArrowTable {
  const vectors: { [name: string]: Vector } = {};
  for (const [name, column] of Object.entries(table.columns)) {
    vectors[name] = makeVector(dataOf(column));
    const absent = absentFlags(column);
    if (absent !== undefined) vectors[`${name}__absent`] = makeVector(dataOf(absent));
  }
  return new NewTable(vectors);
}

function absentFlags(column: Column): Column | undefined {
  const { states } = column;
  if (states === undefined || !states.includes(cellState.null) || !states.includes(cellState.absent)) return undefined;
  const flags: Column = { tag: "bool", values: states.map((state) => (state === cellState.absent ? 1 : 0)) };
  return makeTable({ flags }).columns["flags"];
}

function dataOf(column: Column): Data {
  const length = column.values.length;
  const nulls = nullBitmap(column.states);
  switch (column.tag) {
    case "f64":
      return makeData({ type: new Float64(), length, data: column.values, ...nulls });
    case "i32":
      return makeData({ type: new Int32(), length, data: column.values, ...nulls });
    case "i64":
      return makeData({ type: new Int64(), length, data: column.values, ...nulls });
    case "bool":
      return makeData({ type: new Bool(), length, data: packBits(column.values, 1), ...nulls });
    case "instant": {
      const micros = BigInt64Array.from(column.values, (ms, row) => (isMissing(column, row) ? 0n : microsOf(ms)));
      return makeData({ type: new TimestampMicrosecond("UTC"), length, data: micros, ...nulls });
    }
    case "utf8":
    case "json":
      return makeData({
        type: new Dictionary(new Utf8(), new Int32()),
        length,
        data: column.values,
        dictionary: makeVector(textData(column)),
        ...nulls,
      });
    case "f64[]": {
      const child = makeData({ type: new Float64(), length: column.items.length, data: column.items });
      return makeData({ type: listOf(child.type), length, valueOffsets: offsetsOf(column), child, ...nulls });
    }
    case "utf8[]": {
      const child = textData({ dictionary: Array.from(column.items, (code) => column.dictionary[code] ?? "") });
      return makeData({ type: listOf(child.type), length, valueOffsets: offsetsOf(column), child, ...nulls });
    }
  }
}

function listOf<T extends Float64 | Utf8>(item: T): List<T> {
  return new List(new Field("item", item, false));
}

function offsetsOf({ values }: ListColumn): Int32Array {
  const offsets = new Int32Array(values.length + 1);
  offsets.set(values, 1);
  return offsets;
}

/** Whole milliseconds are multiplied as integers, so that they stay exact. */
function microsOf(ms: number): bigint {
  const whole = Math.trunc(ms);
  return BigInt(whole) * 1000n + BigInt(Math.round((ms - whole) * 1000));
}

function isMissing(column: Column, row: number): boolean {
  return column.states !== undefined && column.states[row] !== cellState.present;
}

function textData({ dictionary }: Pick<Utf8Column, "dictionary">): Data<Utf8> {
  const encoder = new TextEncoder();
  const entries = dictionary.map((text) => encoder.encode(text));
  const valueOffsets = new Int32Array(entries.length + 1);
  entries.forEach((entry, i) => {
    valueOffsets[i + 1] = (valueOffsets[i] ?? 0) + entry.length;
  });
  const data = new Uint8Array(valueOffsets[entries.length] ?? 0);
  entries.forEach((entry, i) => {
    data.set(entry, valueOffsets[i]);
  });
  return makeData({ type: new Utf8(), length: entries.length, valueOffsets, data });
}

function nullBitmap(states: Uint8Array | undefined): { nullCount?: number; nullBitmap?: Uint8Array } {
  if (states === undefined) return {};
  let nullCount = 0;
  for (const state of states) if (state !== cellState.present) nullCount++;
  return { nullCount, nullBitmap: packBits(states, cellState.present) };
}

/** One bit a byte: 1 where the byte is the given one. */
function packBits(bytes: Uint8Array, one: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 8));
  for (let row = 0; row < bytes.length; row++) {
    if (bytes[row] === one) out[row >> 3] = (out[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return out;
}
