/** Bytes as an engine takes them. On Node 22 the empty array of a TextEncoder has no memory, and SQLite stores it as NULL. */
export function bindableBytes(bytes: Uint8Array): Uint8Array {
  return bytes.length === 0 ? new Uint8Array(0) : bytes;
}
