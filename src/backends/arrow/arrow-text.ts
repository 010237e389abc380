import type { Data } from "apache-arrow";
import { SluiceError } from "../../core/errors.ts";
import { cellState, type Utf8Column } from "../../table/column.ts";
import { ByteInterner } from "../../table/csv/byte-interner.ts";

/** The texts of an Arrow vector, told apart by their bytes: a string is made once a distinct text. Throws `data/malformed-source` for bytes that are no UTF-8. */
export function textColumn(name: string, data: Data, states: Uint8Array | undefined): Utf8Column {
  const values = new Int32Array(data.length);
  const interner = new ByteInterner();
  const bytes: Uint8Array = data.values ?? new Uint8Array(0);
  const ends = offsetsOf(data);
  for (let row = 0; row < values.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    const code = interner.codeOf(bytes, ends[row] as number, ends[row + 1] as number);
    if (code < 0) throw malformed(name, row);
    values[row] = code;
  }
  return { tag: "utf8", values, dictionary: interner.dictionary() };
}

/** Where each cell of a vector of texts or lists begins, and at last where the last one ends. */
export function offsetsOf(data: Data): Int32Array | Float64Array {
  const offsets: unknown = data.valueOffsets;
  if (offsets instanceof Int32Array) return offsets;
  if (offsets instanceof BigInt64Array) return Float64Array.from(offsets, Number);
  return new Int32Array(data.length + 1);
}

function malformed(name: string, row: number): SluiceError {
  return new SluiceError("data/malformed-source", {
    found: `bytes that are no UTF-8 in column "${name}", row ${row} of its batch`,
    expected: "text in UTF-8, as Arrow demands it",
    fix: "Repair the text where the Arrow data comes from.",
  });
}
