import type { BlobStore } from "../contracts/blob-store.ts";
import { type Digest, digestOf } from "../core/digest.ts";
import type { Table } from "../table/table.ts";
import { blobsOf } from "./blobs-of.ts";
import type { Manifest } from "./manifest.ts";
import { type CommitTarget, encodedParts } from "./version-writer.ts";

/** The digests of a version's parts that are not among the blobs. */
export async function missingParts(blobs: BlobStore, manifest: Manifest): Promise<ReadonlySet<Digest>> {
  const missing = new Set<Digest>();
  for (const digest of blobsOf(manifest)) if (!(await blobs.has(digest))) missing.add(digest);
  return missing;
}

/** Encodes rows into parts as a commit does, and stores those that are missing; answers how many that were. */
export async function restoreParts(
  blobs: BlobStore,
  target: CommitTarget,
  tables: readonly Table[],
  missing: ReadonlySet<Digest>,
): Promise<number> {
  const restored = new Set<Digest>();
  for (const { bytes } of encodedParts(target, tables)) {
    const digest = digestOf(bytes);
    if (!missing.has(digest)) continue;
    await blobs.put(bytes);
    restored.add(digest);
  }
  return restored.size;
}
