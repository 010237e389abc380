import type { AuditAnchor } from "../../contracts/audit-anchor.ts";
import type { BlobStore } from "../../contracts/blob-store.ts";
import { isSluiceError } from "../../core/errors.ts";

/** What {@link blobAnchor} takes. */
export interface BlobAnchorOptions {
  /** A store of its own, with rights of its own: not the one of the workspace. */
  readonly blobs: BlobStore;
  /** @default "blobs" */
  readonly name?: string;
}

/**
 * An {@link AuditAnchor} in a blob store: each checkpoint is a blob. Give it a store that holds nothing else, of which what was written cannot be
 * removed (`s3Blobs` with an `objectLock`).
 *
 * @example
 * ```ts
 * import { memoryBlobs } from "sluice/backends/memory";
 * import { blobAnchor } from "sluice/ledger";
 * const anchor = blobAnchor({ blobs: memoryBlobs() });
 * await anchor.put("a signed checkpoint");
 * if ((await anchor.list()).length !== 1) throw new Error("lost");
 * ```
 */
export function blobAnchor({ blobs, name = "blobs" }: BlobAnchorOptions): AuditAnchor {
  return {
    name,
    capabilities: { readable: true, immutable: blobs.capabilities.lockedForMs !== undefined },
    put: async (text) => {
      await blobs.put(new TextEncoder().encode(text));
    },
    list: async () => {
      const texts = [];
      for await (const { digest } of blobs.list()) texts.push({ where: digest, text: await textOf(blobs, digest) });
      return texts;
    },
  };
}

/** A blob that was edited is no checkpoint, and the verdict says so. */
async function textOf(blobs: BlobStore, digest: Parameters<BlobStore["get"]>[0]): Promise<string> {
  try {
    return new TextDecoder().decode(await blobs.get(digest));
  } catch (error) {
    if (isSluiceError(error, "blob/corrupt") || isSluiceError(error, "blob/not-found")) return error.found;
    throw error;
  }
}
