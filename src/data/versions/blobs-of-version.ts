import type { Digest } from "../../core/digest.ts";
import { blobsOf } from "../parts/blobs-of.ts";
import type { Manifest } from "../parts/manifest.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { filesIn, filesSchemaDigest, type StoredFile } from "../files/file-tree.ts";

/** Every blob that a version needs, its files included, and the version it was appended to. Errors: `data/version-not-found`, `data/erased`, `blob/corrupt`. */
export async function blobsOfVersion(
  repository: DatasetRepository,
  digest: Digest,
): Promise<{ readonly blobs: Iterable<Digest>; readonly parent: Digest | null }> {
  await repository.version(digest);
  const manifest = await repository.manifest(digest);
  return {
    blobs: [...blobsOf(manifest), ...(await filesNamedIn(repository, manifest)).map((file) => file.digest)],
    parent: manifest.parent,
  };
}

/** The files that a version's rows name, whose bytes it needs too; none where it is a table. */
export async function filesNamedIn(repository: DatasetRepository, manifest: Manifest): Promise<readonly StoredFile[]> {
  if (manifest.schemaDigest !== filesSchemaDigest) return [];
  return filesIn(await repository.readParts(manifest, manifest.parts));
}
