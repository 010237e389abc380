import { SluiceError } from "../../core/errors.ts";
import type { PostgresResult } from "./postgres-pool.ts";

type Reader = (value: unknown, column: string) => unknown;

/** By the object id of the column's type: bool, bytea, int8, numeric. */
const readers: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [16, (value) => (value === true || value === "t" || value === 1 ? 1 : 0)],
  [17, (value) => (value instanceof Uint8Array ? new Uint8Array(value) : value)],
  [20, exactInteger],
  [1700, (value) => Number(value)],
]);

/** The rows of a result with the values SQLite would give: counts and sums as numbers, booleans as 0 and 1, bytes as `Uint8Array`. */
export function portableRows<R>(result: PostgresResult): R[] {
  const columns = result.fields.flatMap((field) => {
    const read = readers.get(field.dataTypeID);
    return read === undefined ? [] : [{ name: field.name, read }];
  });
  return result.rows.map((row) => {
    const portable: Record<string, unknown> = { ...row };
    for (const { name, read } of columns) {
      const value = portable[name];
      if (value !== null && value !== undefined) portable[name] = read(value, name);
    }
    return portable as R;
  });
}

function exactInteger(value: unknown, column: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new SluiceError("metadata/invalid-value", {
    found: `the integer ${String(value)} in column "${column}"`,
    expected: "an integer within ±(2^53 − 1)",
    fix: "Keep such values as text or bytes.",
  });
}
