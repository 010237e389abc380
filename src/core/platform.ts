import { AsyncLocalStorage } from "node:async_hooks";
import nodeCrypto, { createHash, randomBytes as nodeRandomBytes } from "node:crypto";
import { setImmediate } from "node:timers";

/** The one file of the inner layers that touches the runtime: everything here exists on Node, Deno and Bun. */

/** SHA-256 of bytes or of a string's UTF-8, as 64 lower-case hex digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return oneShot === undefined ? createHash("sha256").update(data).digest("hex") : oneShot("sha256", data, "hex");
}

/** Twice as fast for short texts, where the runtime has it: it has no hash object to make. */
const oneShot: typeof nodeCrypto.hash | undefined = nodeCrypto.hash;

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

/** Up to here the detour over another thread costs this one more than the work itself. */
const fewBytes = 16_384;

/** zlib answers in pieces of so many bytes: one piece for a usual chunk, and no more than this for a huge one. */
const mostPieceBytes = 1_048_576;

/** Bytes, compressed for speed; many of them on another thread. */
export async function compress(bytes: Uint8Array, codec: Codec): Promise<Uint8Array> {
  const zlib = await loadZlib();
  const aside = bytes.length > fewBytes;
  // What is worth compressing mostly becomes half as much.
  const chunkSize = pieceBytes(bytes.length / 2);
  if (codec === "deflate") {
    const options = { level: 1, chunkSize };
    return aside ? answered((done) => zlib.deflate(bytes, options, done)) : zlib.deflateSync(bytes, options);
  }
  // The size beforehand lets zstd take tables that fit, and saves it a window; older runtimes ignore it.
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: 1 };
  const options = { params, chunkSize, pledgedSrcSize: bytes.length };
  return aside ? answered((done) => zlib.zstdCompress(bytes, options, done)) : zlib.zstdCompressSync(bytes, options);
}

/** What {@link compress} made, decompressed; rejects for bytes that are damaged or would make more than `maxBytes`. */
export async function decompress(bytes: Uint8Array, codec: Codec, maxBytes: number): Promise<Uint8Array> {
  const zlib = await loadZlib();
  const aside = maxBytes > fewBytes;
  const options = { maxOutputLength: Math.max(1, maxBytes), chunkSize: pieceBytes(maxBytes) };
  if (codec === "deflate")
    return aside ? answered((done) => zlib.inflate(bytes, options, done)) : zlib.inflateSync(bytes, options);
  return aside
    ? answered((done) => zlib.zstdDecompress(bytes, options, done))
    : zlib.zstdDecompressSync(bytes, options);
}

/** Bytes that are inflated while they are taken. */
export interface Inflating {
  /** What comes out, piece by piece; it ends early where it is damaged, or more than the limit. Errors: those of the packed bytes' source. */
  readonly pieces: AsyncGenerator<Uint8Array>;
  /** How many bytes have come out: more than the limit where it was reached. */
  bytes(): number;
  /** How it ended; undefined before that. */
  ended(): "whole" | "limit" | "damaged" | undefined;
}

/** Inflates bytes (`raw` DEFLATE of RFC 1951, or `gzip` of any number of members) as they are taken, up to `maxBytes`: so a bomb costs no more than its limit. */
export function inflating(packed: AsyncIterable<Uint8Array>, codec: "raw" | "gzip", maxBytes: number): Inflating {
  let count = 0;
  let ended: "whole" | "limit" | "damaged" | undefined;
  async function* passing(): AsyncGenerator<Uint8Array> {
    const zlib = await loadZlib();
    const options = { chunkSize: inflatedBytes };
    const stream = codec === "raw" ? zlib.createInflateRaw(options) : zlib.createGunzip(options);
    const broken: unknown[] = [];
    const feeding = feed(stream, packed).catch((error: unknown) => {
      broken.push(error);
      stream.destroy();
    });
    try {
      for await (const piece of stream) {
        count += piece.length;
        if (count > maxBytes) {
          ended = "limit";
          return;
        }
        yield piece;
      }
      ended = "whole";
    } catch {
      // What zlib says of damage is one thing: it does not unpack. What the source threw follows below.
      ended = "damaged";
    } finally {
      stream.destroy();
      await feeding;
    }
    if (broken.length > 0) throw broken[0];
  }
  return { pieces: passing(), bytes: () => count, ended: () => ended };
}

const inflatedBytes = 65_536;

/** Writes all of it, each piece when the one before is worked off; ends early once the stream is closed. */
async function feed(stream: import("node:stream").Writable, packed: AsyncIterable<Uint8Array>): Promise<void> {
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    stream.once("close", () => {
      isClosed = true;
      resolve();
    });
  });
  for await (const piece of packed) {
    const written = new Promise<void>((resolve) => {
      stream.write(piece, () => resolve());
    });
    await Promise.race([written, closed]);
    if (isClosed) return;
  }
  stream.end();
}

function pieceBytes(bytes: number): number {
  return Math.min(mostPieceBytes, Math.max(64, Math.ceil(bytes)));
}

/** The answer of a call that takes a callback, without what `promisify` costs a call. */
function answered<T>(call: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error === null ? resolve(value) : reject(error)));
  });
}

let zlibModule: Promise<typeof import("node:zlib")> | undefined;

/** Loaded where it is needed, and once: importing it costs more than the rest of this file. */
function loadZlib(): Promise<typeof import("node:zlib")> {
  zlibModule ??= import("node:zlib");
  return zlibModule;
}
