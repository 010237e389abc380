import type { ByteSource } from "../../core/byte-source.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { startSha256 } from "../../core/platform.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { s3ErrorName } from "./s3-errors.ts";
import { base64Of } from "./sha256-base64.ts";

interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumSHA256: string;
}

const mostParts = 10_000;

/** Bytes in views of at most `partSizeBytes`, or of more where S3's 10,000 parts would not suffice. */
export function partsOf(bytes: Uint8Array, partSizeBytes: number): readonly Uint8Array[] {
  const size = sizeOfParts(bytes.byteLength, partSizeBytes);
  const count = Math.ceil(bytes.byteLength / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function sizeOfParts(sizeBytes: number, partSizeBytes: number): number {
  return Math.max(partSizeBytes, Math.ceil(sizeBytes / mostParts));
}

/** Bytes that are sent in parts, with the digests of the whole and of each part. */
export interface DigestedParts {
  readonly source: ByteSource;
  readonly digest: Digest;
  readonly partDigests: readonly Digest[];
  readonly partSizeBytes: number;
}

/** Reads all bytes once, a part at a time. */
export async function digestedParts(source: ByteSource, atLeastBytes: number): Promise<DigestedParts> {
  const partSizeBytes = sizeOfParts(source.sizeBytes, atLeastBytes);
  const hash = startSha256();
  const partDigests: Digest[] = [];
  for (let at = 0; at < source.sizeBytes; at += partSizeBytes) {
    const part = await source.read(at, Math.min(source.sizeBytes, at + partSizeBytes));
    hash.update(part);
    partDigests.push(digestOf(part));
  }
  return { source, digest: `sha256:${hash.hex()}`, partDigests, partSizeBytes };
}

/**
 * Writes an object in parts, at most `concurrency` at a time, each with its SHA-256. The object is there whole at the end or not at all: when
 * anything fails the upload is aborted, after the parts under way have ended, so that no part is left to be paid for.
 */
export async function uploadInParts(
  bucket: S3Bucket,
  key: string,
  { source, partDigests, partSizeBytes }: DigestedParts,
  concurrency: number,
): Promise<void> {
  const start = { ...bucket.target(key), ChecksumAlgorithm: "SHA256", ...bucket.locking() } as const;
  const { UploadId } = await bucket.request("CreateMultipartUpload", key, ({ sdk, client }) =>
    client.send(new sdk.CreateMultipartUploadCommand(start)),
  );
  const upload = { ...bucket.target(key), UploadId };
  try {
    const Parts = await atMost(concurrency, partDigests, async (digest, i) => {
      const part = await source.read(i * partSizeBytes, Math.min(source.sizeBytes, (i + 1) * partSizeBytes));
      return await sendPart(bucket, key, UploadId, part, digest, i + 1);
    });
    await bucket.request("CompleteMultipartUpload", key, ({ sdk, client }) =>
      client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
    );
  } catch (error) {
    await abort(bucket, key, UploadId, error);
    throw error;
  }
}

async function sendPart(
  bucket: S3Bucket,
  key: string,
  UploadId: string | undefined,
  Body: Uint8Array,
  digest: Digest,
  PartNumber: number,
): Promise<SentPart> {
  const ChecksumSHA256 = base64Of(digest);
  const part = {
    ...bucket.target(key),
    UploadId,
    PartNumber,
    Body,
    ChecksumAlgorithm: "SHA256",
    ChecksumSHA256,
  } as const;
  const { ETag } = await bucket.request("UploadPart", key, ({ sdk, client }) =>
    client.send(new sdk.UploadPartCommand(part)),
  );
  return { PartNumber, ETag, ChecksumSHA256 };
}

/** Aborts an upload; one that the server no longer knows is gone already. */
async function abort(bucket: S3Bucket, key: string, UploadId: string | undefined, reason: unknown): Promise<void> {
  await bucket
    .request("AbortMultipartUpload", key, ({ sdk, client }) =>
      client.send(new sdk.AbortMultipartUploadCommand({ ...bucket.target(key), UploadId })),
    )
    .catch((error: unknown) => {
      if (error instanceof Error && s3ErrorName(error.cause) === "NoSuchUpload") return;
      throw new SluiceError("io/failed", {
        found: `an upload in parts that failed and could not be aborted either (${bucket.placeOf(key)}, upload ${UploadId}): ${String(reason)}`,
        expected: "a server that takes the object, or lets go of its parts",
        fix: "Call again. The parts sent are kept, and paid for, until a lifecycle rule or abort-multipart-upload removes them.",
        cause: reason,
      });
    });
}

/** Does the work for every item, at most `limit` at a time; after a failure no more is begun, and it is thrown when all have ended. */
async function atMost<T, R>(
  limit: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: limit }, worker));
  const failure = ended.find((each) => each.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return results;
}
