/** A column of type bytea in a row of a result. */
export function bytesOf(row: object, column: string): Uint8Array {
  const bytes: unknown = Reflect.get(row, column);
  if (bytes instanceof Uint8Array) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw new TypeError(
    `the pool gave "${column}", of type bytea, as ${typeof bytes}: leave pg's parser of bytea (17) as it is`,
  );
}

/** A double as `float8send` gives it. */
export function doubleAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat64(at);
}

const encoder = new TextEncoder();

/** Text as bytes, since Postgres takes no NUL in text. */
export function textBytes(text: string): Uint8Array {
  return encoder.encode(text);
}
