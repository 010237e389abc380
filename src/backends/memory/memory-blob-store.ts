import { type BlobRef, type BlobStore, type ListedBlob, requireRange } from "../../contracts/blob-store.ts";
import { bytesOf } from "../../core/byte-source.ts";
import { type Digest, digestOf, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";

/**
 * A {@link BlobStore} in memory, for tests and for workspaces that are not to be kept.
 *
 * @example
 * ```ts
 * import { memoryBlobs } from "sluice/backends/memory";
 * const blobs = memoryBlobs();
 * const { digest } = await blobs.put(new Uint8Array([1, 2, 3]));
 * if ((await blobs.get(digest)).length !== 3) throw new Error("lost");
 * ```
 */
export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  const putAtMs = new Map<string, number>();
  const put = async (bytes: Uint8Array): Promise<BlobRef> => {
    const digest = digestOf(bytes);
    putAtMs.set(digest, Date.now());
    if (!blobs.has(digest)) blobs.set(digest, Uint8Array.from(bytes));
    return { digest, sizeBytes: bytes.byteLength };
  };
  return {
    capabilities: { durable: false },
    put,
    putFrom: async (source) => await put(await bytesOf(source)),
    get: async (digest) => Uint8Array.from(blobs.get(checked(digest)) ?? notFound(digest)),
    getRange: async (digest, from, to) => {
      requireRange(from, to);
      const bytes = blobs.get(checked(digest)) ?? notFound(digest);
      return to <= bytes.length ? bytes.slice(from, to) : endsEarly(digest, bytes.length, to);
    },
    has: async (digest) => blobs.has(checked(digest)),
    delete: async (digest) => {
      blobs.delete(checked(digest));
    },
    list: () => listed(blobs, putAtMs),
  };
}

async function* listed(
  blobs: ReadonlyMap<string, Uint8Array>,
  putAtMs: ReadonlyMap<string, number>,
): AsyncIterable<ListedBlob> {
  for (const [digest, bytes] of [...blobs]) {
    if (isDigest(digest)) yield { digest, sizeBytes: bytes.byteLength, modifiedAtMs: putAtMs.get(digest) ?? 0 };
  }
}

function checked(digest: string): Digest {
  if (isDigest(digest)) return digest;
  throw new SluiceError("blob/path-outside", {
    found: `the digest ${JSON.stringify(digest)}`,
    expected: "sha256: and 64 lower-case hex digits",
    fix: "Pass a digest that a put returned.",
  });
}

function notFound(digest: string): never {
  throw new SluiceError("blob/not-found", {
    found: `no blob ${digest}`,
    expected: "a digest that was put and not deleted",
    fix: "Check that this is the blob store the digest was written to.",
  });
}

function endsEarly(digest: string, bytes: number, to: number): never {
  throw new SluiceError("blob/corrupt", {
    found: `${bytes} bytes in blob ${digest}`,
    expected: `at least ${to}`,
    fix: "Check where the range comes from.",
  });
}
