import type { Digest } from "./digest.ts";
import { startSha256 } from "./platform.ts";

/** Bytes that are read a part at a time: of a file, a blob, an entry of an archive. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** The bytes `[from, to)`, counted from 0; nobody asks for more than `sizeBytes`. Errors: those of what it reads from. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** So much is read at once where all of a source is read: enough for a way to a server, little beside a process. */
const mostPieceBytes: number = 4 * 2 ** 20;

/** Bytes in memory as a source. The parts are views of them. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return { sizeBytes: bytes.length, read: async (from, to) => bytes.subarray(from, to) };
}

/** The bytes `[from, to)` of a source as a source of their own. */
export function partOf(source: ByteSource, from: number, to: number): ByteSource {
  return { sizeBytes: to - from, read: (start, end) => source.read(from + start, from + end) };
}

/** All bytes of a source, a few MiB at a time. */
export async function* piecesOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.sizeBytes; at += mostPieceBytes)
    yield await source.read(at, Math.min(source.sizeBytes, at + mostPieceBytes));
}

/** All bytes of a source at once. */
export async function bytesOf(source: ByteSource): Promise<Uint8Array> {
  return await source.read(0, source.sizeBytes);
}

/** The digest of all bytes of a source, of which a few MiB are in memory at a time. */
export async function digestOfSource(source: ByteSource): Promise<Digest> {
  const hash = startSha256();
  for await (const piece of piecesOf(source)) hash.update(piece);
  return `sha256:${hash.hex()}`;
}
