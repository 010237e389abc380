import {
  type BlobCapabilities,
  type BlobRef,
  type BlobStore,
  type ListedBlob,
  requireRange,
} from "../../contracts/blob-store.ts";
import { type ByteSource, bytesOf, sourceOf } from "../../core/byte-source.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { type Digest, digestOf, isDigest } from "../../core/digest.ts";
import { type Duration, durationMs } from "../../core/duration.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { digestedParts, partsOf, uploadInParts } from "./multipart-upload.ts";
import { S3Bucket, type S3Lock } from "./s3-bucket.ts";
import type { S3Location } from "./s3-location.ts";
import { base64Of, compositeChecksum } from "./sha256-base64.ts";

/** What {@link s3Blobs} takes. */
export interface S3BlobOptions extends S3Location {
  /** Larger blobs are sent in parts; at most 5 GiB, which is the most that S3 takes at once. @default 16 MiB */
  readonly multipartAboveBytes?: number;
  /** The size of a part, from 5 MiB to 5 GiB; blobs that would have more than 10,000 parts get larger ones. @default 8 MiB */
  readonly partSizeBytes?: number;
  /** How many parts of one blob are under way at once, at least 1. @default 4 */
  readonly concurrency?: number;
  /**
   * Locks each blob for so long (S3 Object Lock; the bucket must have been made with it): nobody can remove or replace it before, in the mode
   * "compliance" not even an administrator. For anchors of the audit log, not for a workspace's own blobs, of which garbage is collected. @default none
   */
  readonly objectLock?: { readonly mode: "governance" | "compliance"; readonly lockedFor: Duration };
  /** Tells how long a lock lasts. @default the machine's */
  readonly clock?: Clock;
}

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
const objects = "objects/sha256/";

/**
 * A {@link BlobStore} in an S3 bucket (or one of a server that speaks S3: MinIO, R2), by the host's client. A blob lies under its SHA-256 in
 * `objects/sha256/`, as {@link S3Location.prefix} and the digest say; the server checks it by that SHA-256 when it arrives, and it is verified at
 * every read. Storing what is there already sends no bytes twice where the server tells checksums, and replaces what was changed behind its back.
 *
 * Retries, timeouts and encryption at rest are settings of the client and of the bucket.
 *
 * Errors beyond those of the port: `argument/invalid` here; `optional-dependency/missing` at first use where `@aws-sdk/client-s3` is not installed;
 * `io/failed` from every method, saying whether it was the bucket, the credentials, a right, the region, the rate or the network.
 *
 * @example
 * ```ts no-run
 * import { S3Client } from "@aws-sdk/client-s3";
 * import { s3Blobs } from "sluice/backends/s3";
 *
 * const client = new S3Client({ region: "eu-central-1", maxAttempts: 5 });
 * const blobs = s3Blobs({ client, bucket: "models", prefix: "team-a" });
 * const { digest } = await blobs.put(new TextEncoder().encode("weights"));
 * if (new TextDecoder().decode(await blobs.get(digest)) !== "weights") throw new Error("lost");
 * ```
 */
export function s3Blobs(options: S3BlobOptions): BlobStore {
  const { multipartAboveBytes = 16 * mebibyte, partSizeBytes = 8 * mebibyte, concurrency = 4 } = options;
  requireWhole("multipartAboveBytes", multipartAboveBytes, 0, 5 * gibibyte);
  requireWhole("partSizeBytes", partSizeBytes, 5 * mebibyte, 5 * gibibyte);
  requireWhole("concurrency", concurrency, 1, 1000);
  const lock = lockOf(options);
  return new S3BlobStore(new S3Bucket(options, lock), lock?.lockedForMs, {
    multipartAboveBytes,
    partSizeBytes,
    concurrency,
  });
}

type Sending = Required<Pick<S3BlobOptions, "multipartAboveBytes" | "partSizeBytes" | "concurrency">>;

function lockOf({ objectLock, clock = systemClock }: S3BlobOptions): S3Lock | undefined {
  if (objectLock === undefined) return undefined;
  const lockedForMs = durationMs(objectLock.lockedFor);
  if (lockedForMs > 0) return { mode: objectLock.mode, lockedForMs, clock };
  throw new SluiceError("argument/invalid", {
    found: `a lock for ${lockedForMs} ms`,
    expected: "a time to lock blobs for",
    fix: 'Pass one, as "3653d", or leave the lock out.',
  });
}

class S3BlobStore implements BlobStore {
  readonly capabilities: BlobCapabilities;
  readonly #bucket: S3Bucket;
  readonly #sending: Sending;
  #conditions = true;

  constructor(bucket: S3Bucket, lockedForMs: number | undefined, sending: Sending) {
    this.capabilities = { durable: true, ...(lockedForMs !== undefined && { lockedForMs }) };
    this.#bucket = bucket;
    this.#sending = sending;
  }

  async put(bytes: Uint8Array): Promise<BlobRef> {
    if (bytes.byteLength > this.#sending.multipartAboveBytes) return await this.#putInParts(sourceOf(bytes));
    const digest = digestOf(bytes);
    await this.#putWhole(digest, bytes);
    return { digest, sizeBytes: bytes.byteLength };
  }

  /** Read twice: an object's name is its digest. What is read the second time is checked by the server, part by part. */
  async putFrom(source: ByteSource): Promise<BlobRef> {
    if (source.sizeBytes <= this.#sending.multipartAboveBytes) return await this.put(await bytesOf(source));
    return await this.#putInParts(source);
  }

  async get(digest: Digest): Promise<Uint8Array> {
    const key = keyOf(digest);
    const found = await this.#bucket.read(key).catch((error: unknown) => {
      // The SDK compares with the checksum that the server keeps, and finds rotten bytes before we do.
      throw isSluiceError(error) && /checksum mismatch/i.test(error.found) ? this.#corrupt(digest, error) : error;
    });
    if (found === undefined) throw notFound(digest);
    if (digestOf(found.bytes) !== digest) throw this.#corrupt(digest);
    return aligned(found.bytes);
  }

  async getRange(digest: Digest, from: number, to: number): Promise<Uint8Array> {
    requireRange(from, to);
    const key = keyOf(digest);
    if (from === to) {
      const found = await this.#bucket.head(key);
      if (found === undefined) throw notFound(digest);
      if (found.sizeBytes < to) throw this.#endsEarly(digest, to);
      return new Uint8Array();
    }
    const found = await this.#bucket.read(key, { from, to });
    if (found === undefined) throw notFound(digest);
    if (found.bytes.byteLength !== to - from) throw this.#endsEarly(digest, to);
    return aligned(found.bytes);
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.#bucket.head(keyOf(digest))) !== undefined;
  }

  async delete(digest: Digest): Promise<void> {
    await this.#bucket.remove(keyOf(digest));
  }

  async *list(): AsyncIterable<ListedBlob> {
    for await (const { key, sizeBytes, modifiedAtMs } of this.#bucket.list(objects)) {
      const digest = `sha256:${key.slice(key.lastIndexOf("/") + 1)}`;
      if (isDigest(digest) && key === keyOf(digest)) yield { digest, sizeBytes, modifiedAtMs };
    }
  }

  /** A new blob takes one request: only where it is refused, because something is there, is that looked at. */
  async #putWhole(digest: Digest, bytes: Uint8Array): Promise<void> {
    const key = keyOf(digest);
    if (this.#conditions) {
      const written = await this.#bucket.write(key, bytes, "absent");
      if (written === "written") return;
      if (written === "unsupported") this.#conditions = false;
    }
    // Garbage collection spares what is young.
    const digests = (): readonly Digest[] => partsOf(bytes, this.#sending.partSizeBytes).map(digestOf);
    if (await this.#holds(digest, bytes.byteLength, digests)) await this.#bucket.renew(key);
    else await this.#bucket.write(key, bytes);
  }

  /** No condition here: it would be checked only after all parts were sent, and who came first has written the same bytes. */
  async #putInParts(source: ByteSource): Promise<BlobRef> {
    const parts = await digestedParts(source, this.#sending.partSizeBytes);
    const { digest } = parts;
    const [key, sizeBytes] = [keyOf(digest), source.sizeBytes];
    const holds = (): Promise<boolean> => this.#holds(digest, sizeBytes, () => parts.partDigests);
    if (await holds()) {
      await this.#bucket.renew(key);
      return { digest, sizeBytes };
    }
    try {
      await uploadInParts(this.#bucket, key, parts, this.#sending.concurrency);
    } catch (error) {
      // An upload may be complete though its answer was lost, and then cannot be completed again.
      const held = await holds().catch(() => false);
      if (!held) throw error;
    }
    return { digest, sizeBytes };
  }

  /** Whether the server vouches for these bytes by its own checksum, of the whole or of our parts; where it keeps none, they are sent again. */
  async #holds(digest: Digest, sizeBytes: number, partDigests: () => readonly Digest[]): Promise<boolean> {
    const found = await this.#bucket.head(keyOf(digest));
    if (found?.checksum === undefined || found.sizeBytes !== sizeBytes) return false;
    if (found.checksum === base64Of(digest)) return true;
    // Not every server ends the checksum of parts with their number.
    const checksum = found.checksum.replace(/-\d+$/, "");
    return checksum === compositeChecksum(partDigests());
  }

  #endsEarly(digest: Digest, to: number): SluiceError {
    return new SluiceError("blob/corrupt", {
      found: `fewer than ${to} bytes in ${this.#bucket.placeOf(keyOf(digest))}`,
      expected: "a blob that reaches to the end of the range",
      fix: "Put the same bytes again (that replaces the object), or check where the range comes from.",
    });
  }

  #corrupt(digest: Digest, cause?: unknown): SluiceError {
    return new SluiceError("blob/corrupt", {
      found: `other bytes than ${digest} in ${this.#bucket.placeOf(keyOf(digest))}`,
      expected: "the bytes that were stored",
      fix: "Put the same bytes again (that replaces the object), or restore an older version of it; see who may write to the bucket.",
      ...(cause !== undefined && { cause }),
    });
  }
}

function keyOf(digest: string): string {
  if (isDigest(digest)) return `${objects}${digest.slice(7, 9)}/${digest.slice(7)}`;
  throw new SluiceError("blob/path-outside", {
    found: `the digest ${JSON.stringify(digest)}`,
    expected: "sha256: and 64 lower-case hex digits",
    fix: "Pass a digest that a put returned.",
  });
}

/** The bytes on an 8-byte boundary, so that typed arrays can be laid over them. */
function aligned(bytes: Uint8Array): Uint8Array {
  if (bytes.byteOffset % 8 !== 0) return new Uint8Array(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function notFound(digest: Digest): SluiceError {
  return new SluiceError("blob/not-found", {
    found: `no blob ${digest}`,
    expected: "a digest that was put and not deleted",
    fix: "Check that this is the bucket and the prefix that the digest was written to.",
  });
}

function requireWhole(name: string, value: number, atLeast: number, atMost: number): void {
  if (Number.isSafeInteger(value) && value >= atLeast && value <= atMost) return;
  throw new SluiceError("argument/invalid", {
    found: `${name} ${value}`,
    expected: `a whole number from ${atLeast} to ${atMost}`,
    fix: "Pass one, or leave it out.",
  });
}
