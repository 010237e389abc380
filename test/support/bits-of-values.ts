import { Buffer } from "node:buffer";

/** The first values of a column, as texts that tell every bit. */
export function bitsOfValues(
  values: Iterable<number | bigint | string | Float64Array>,
  count: number,
): readonly string[] {
  return Array.from(values)
    .slice(0, count)
    .map((value) => {
      if (typeof value === "number") return hex(Float64Array.of(value));
      return value instanceof Float64Array ? hex(value) : String(value);
    });
}

function hex(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex");
}
