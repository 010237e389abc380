import { bytesOf, type ByteSource } from "../core/byte-source.ts";
import type { Digest } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";

/** A stored blob: its content address and its size. */
export interface BlobRef {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** A stored blob as a listing tells of it. */
export interface ListedBlob extends BlobRef {
  /** When it was last put, by the store's own clock, epoch milliseconds: putting the same bytes again makes a blob young. */
  readonly modifiedAtMs: number;
}

/** What differs between blob engines. */
export interface BlobCapabilities {
  /** Blobs survive the end of the process. */
  readonly durable: boolean;
  /** What is put can be neither removed nor replaced for so long, by nobody who may put; left out where it can. */
  readonly lockedForMs?: number;
}

/** Content-addressed bytes. Encryption at rest is the business of whoever runs the store. */
export interface BlobStore {
  readonly capabilities: BlobCapabilities;
  /** Stores bytes durably; storing the same bytes again changes nothing but the blob's age. Errors: `io/disk-full`, `io/failed`. */
  put(bytes: Uint8Array): Promise<BlobRef>;
  /**
   * As `put`, of bytes that are read a few MiB at a time, in order and perhaps twice, so that a blob of any size can be stored. An engine that keeps blobs in memory holds
   * them. Errors: as `put`, and those of reading; nothing is stored then. @default the bytes are gathered, and put
   */
  putFrom?(source: ByteSource): Promise<BlobRef>;
  /** The bytes of a digest, verified on every read. Errors: `blob/not-found`, `blob/corrupt`. */
  get(digest: Digest): Promise<Uint8Array>;
  /**
   * The bytes `[from, to)` of a blob, counted from 0, on an 8-byte boundary in memory. They are not verified: whoever asks for a range knows
   * what it should hold. Errors: `blob/not-found`; `blob/corrupt` where the blob ends before `to`; `argument/invalid` unless 0 ≤ from ≤ to
   * are whole numbers.
   */
  getRange(digest: Digest, from: number, to: number): Promise<Uint8Array>;
  /** Whether the blob is there (its bytes are not read). */
  has(digest: Digest): Promise<boolean>;
  /** Removes a blob; removing an unknown one is no error. */
  delete(digest: Digest): Promise<void>;
  /** Every blob, in no particular order. */
  list(): AsyncIterable<ListedBlob>;
}

/** Refuses bounds of a range that are not whole numbers in order. Errors: `argument/invalid`. */
export function requireRange(from: number, to: number): void {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to >= from) return;
  throw new SluiceError("argument/invalid", {
    found: `the range [${from}, ${to})`,
    expected: "whole numbers with 0 <= from <= to",
    fix: "Pass the first byte and the one after the last.",
  });
}

/** Stores bytes that are read a part at a time; a store without {@link BlobStore.putFrom} is given them at once. Errors: as there. */
export async function putSource(store: BlobStore, source: ByteSource): Promise<BlobRef> {
  return await (store.putFrom?.(source) ?? store.put(await bytesOf(source)));
}
