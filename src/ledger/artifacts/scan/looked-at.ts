import { type ByteSource, piecesOf } from "../../../core/byte-source.ts";
import type { Inflating } from "../../../core/platform.ts";

/** Bytes that are looked at: a file's, or an archive's entry. */
export interface LookedAt extends ByteSource {
  /** How many of them can be read, from the beginning: fewer than there are where they came out of a stream that was too long to keep. */
  readonly heldBytes: number;
}

/** Of what comes out of a stream so much is kept to be looked at. */
export const keptBytes: number = 64 * 2 ** 20;

/** So much of a file's beginning tells what it is. */
const headBytes = 8192;

/** A source of which everything can be read. */
export function allOf(source: ByteSource): LookedAt {
  const { sizeBytes } = source;
  return { sizeBytes, heldBytes: sizeBytes, read: (from, to) => source.read(from, to) };
}

/** The first of some bytes, of which there were more. */
export function firstOf(bytes: Uint8Array, sizeBytes: number): LookedAt {
  return { sizeBytes, heldBytes: bytes.length, read: async (from, to) => bytes.subarray(from, to) };
}

/** Whether everything can be read. */
export function isHeld({ sizeBytes, heldBytes }: LookedAt): boolean {
  return heldBytes === sizeBytes;
}

/** The beginning, by which it is known what it is. */
export async function headOf({ heldBytes, read }: LookedAt): Promise<Uint8Array> {
  return await read(0, Math.min(heldBytes, headBytes));
}

/** Everything that can be read, piece by piece, each with the end of the one before in front: nothing that is sought lies across two. */
export async function* overlapping(looked: LookedAt, overlapBytes: number): AsyncGenerator<Uint8Array> {
  let tail = new Uint8Array();
  for await (const piece of piecesOf({ sizeBytes: looked.heldBytes, read: looked.read })) {
    const whole = new Uint8Array(tail.length + piece.length);
    whole.set(tail);
    whole.set(piece, tail.length);
    yield whole;
    tail = whole.slice(Math.max(0, whole.length - overlapBytes));
  }
}

/** Takes all that comes out of a stream, and keeps the first of it. */
export async function keptOf({ pieces, bytes }: Pick<Inflating, "pieces" | "bytes">): Promise<LookedAt> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    const part = piece.subarray(0, keptBytes - length);
    if (part.length > 0) kept.push(part);
    length += part.length;
  }
  return firstOf(joined(kept, length), bytes());
}

/** Pieces as one. */
export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
