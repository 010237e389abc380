import type { JsonValue } from "./canonical-json.ts";
import { canonicalJson } from "./canonical-json.ts";
import { sha256Hex } from "./platform.ts";

/** A content address: `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

/** The digest of bytes, or of a string's UTF-8. */
export function digestOf(data: Uint8Array | string): Digest {
  return `sha256:${sha256Hex(data)}`;
}

/** The digest of a JSON value by its canonical form (RFC 8785): equal values have equal digests whatever their key order. */
export function digestOfJson(value: JsonValue): Digest {
  return digestOf(canonicalJson(value));
}

/** Tells whether a string has the form of a {@link Digest}. */
export function isDigest(value: string): value is Digest {
  return /^sha256:[0-9a-f]{64}$/.test(value);
}
