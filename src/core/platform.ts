import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomBytes as nodeRandomBytes } from "node:crypto";
import { setImmediate } from "node:timers";
import { promisify } from "node:util";

/** The one file of the inner layers that touches the runtime: everything here exists on Node, Deno and Bun. */

/** SHA-256 of bytes or of a string's UTF-8, as 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** {@link sha256Hex}, on another thread: for many bytes while this one has other work. */
export async function sha256HexAside(data: Uint8Array): Promise<string> {
  if (!(data.buffer instanceof ArrayBuffer)) return sha256Hex(data);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A SHA-256 that is fed in pieces. */
export interface IncrementalHash {
  update(data: Uint8Array | string): void;
  hex(): string;
}

/** Starts a SHA-256 that is fed in pieces. */
export function startSha256(): IncrementalHash {
  const hash = createHash("sha256");
  return {
    update: (data) => {
      hash.update(data);
    },
    hex: () => hash.digest("hex"),
  };
}

/** Cryptographically strong random bytes. */
export function randomBytes(length: number): Uint8Array {
  return new Uint8Array(nodeRandomBytes(length));
}

/** Resolves after everything else that is due had its turn: long loops await it, so that they do not block the process. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A value that follows asynchronous calls, as `AsyncLocalStorage` does. */
export interface AsyncContext<T> {
  run<R>(value: T, work: () => R): R;
  get(): T | undefined;
}

/** Makes an {@link AsyncContext}. */
export function asyncContext<T>(): AsyncContext<T> {
  const storage = new AsyncLocalStorage<T>();
  return { run: (value, work) => storage.run(value, work), get: () => storage.getStore() };
}

/** How bytes can be compressed: Zstandard where the runtime has it, DEFLATE (zlib, RFC 1950) everywhere. */
export type Codec = "deflate" | "zstd";

/** Whether this runtime has a codec: Zstandard came with Node 22.15. */
export async function hasCodec(codec: Codec): Promise<boolean> {
  const zlib = await loadZlib();
  return codec === "deflate" || typeof zlib.zstdCompress === "function";
}

/** Bytes, compressed for speed on another thread. */
export async function compress(bytes: Uint8Array, codec: Codec): Promise<Uint8Array> {
  const zlib = await loadZlib();
  if (codec === "deflate") return await promisify(zlib.deflate)(bytes, { level: 1 });
  return await promisify(zlib.zstdCompress)(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } });
}

/** What {@link compress} made, decompressed; rejects for bytes that are damaged or would make more than `maxBytes`. */
export async function decompress(bytes: Uint8Array, codec: Codec, maxBytes: number): Promise<Uint8Array> {
  const zlib = await loadZlib();
  const options = { maxOutputLength: Math.max(1, maxBytes) };
  return codec === "deflate"
    ? await promisify(zlib.inflate)(bytes, options)
    : await promisify(zlib.zstdDecompress)(bytes, options);
}

/** Loaded where it is needed: importing it costs more than the rest of this file. */
function loadZlib(): Promise<typeof import("node:zlib")> {
  return import("node:zlib");
}
