import { bindableBytes } from "../sql/bindable-bytes.ts";

const encoder = new TextEncoder();

/** A key as it is stored: as bytes, since SQLite cuts text at NUL. */
export function keyBytes(key: string): Uint8Array {
  return bindableBytes(encoder.encode(key));
}

/** Whether a key goes through JSON and becomes the bytes that it is stored as. */
export function isPlainKey(key: string): boolean {
  return !key.includes("\0") && key.isWellFormed();
}
