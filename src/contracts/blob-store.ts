import type { Digest } from "../core/digest.ts";

/** A stored blob: its content address and its size. */
export interface BlobRef {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** What differs between blob engines. */
export interface BlobCapabilities {
  /** Blobs survive the end of the process. */
  readonly durable: boolean;
}

/** Content-addressed bytes. Encryption at rest is the business of whoever runs the store. */
export interface BlobStore {
  readonly capabilities: BlobCapabilities;
  /** Stores bytes durably; storing the same bytes again changes nothing. Errors: `io/disk-full`, `io/failed`. */
  put(bytes: Uint8Array): Promise<BlobRef>;
  /** The bytes of a digest, verified on every read. Errors: `blob/not-found`, `blob/corrupt`. */
  get(digest: Digest): Promise<Uint8Array>;
  /** Whether the blob is there (its bytes are not read). */
  has(digest: Digest): Promise<boolean>;
  /** Removes a blob; removing an unknown one is no error. */
  delete(digest: Digest): Promise<void>;
  /** Every blob, in no particular order. */
  list(): AsyncIterable<BlobRef>;
}
