import type { DuckDBVector } from "@duckdb/node-api";
import { SluiceError } from "../../core/errors.ts";

/** The raw memory of a vector: its values as a typed array (text and booleans: a view of bytes) and its validity, one bit a row. */
export interface VectorCells {
  readonly items: Uint8Array | Int32Array | Float64Array | BigInt64Array | DataView;
  /** Lowest bit first, 1 = valid; left out when every row is valid. */
  readonly validity: Uint8Array | undefined;
}

/**
 * Reads the raw memory of a vector. The driver keeps it in members that its types call private; reading cell by cell instead makes an
 * object a cell and is 6 times slower. Throws `optional-dependency/missing` for a driver that keeps it elsewhere.
 */
export function vectorCells(vector: DuckDBVector): VectorCells {
  const members: object = vector;
  const items: unknown = "items" in members ? members.items : "dataView" in members ? members.dataView : undefined;
  const validity: unknown = "validity" in members ? members.validity : undefined;
  if (
    isItems(items) &&
    typeof validity === "object" &&
    validity !== null &&
    "data" in validity &&
    "offset" in validity
  ) {
    const { data, offset } = validity;
    if (data === null || data === undefined) return { items, validity: undefined };
    if (data instanceof BigUint64Array && offset === 0) {
      return { items, validity: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
    }
  }
  throw unknownLayout();
}

/** The error of a driver whose vectors are not laid out as {@link VectorCells} says. */
export function unknownLayout(): SluiceError {
  return new SluiceError("optional-dependency/missing", {
    found: "a version of @duckdb/node-api whose vectors are laid out in another way",
    expected: "version 1.5",
    fix: "Install it: npm install @duckdb/node-api@1.5",
  });
}

function isItems(value: unknown): value is VectorCells["items"] {
  return (
    value instanceof Uint8Array ||
    value instanceof Int32Array ||
    value instanceof Float64Array ||
    value instanceof BigInt64Array ||
    value instanceof DataView
  );
}
