import type { Digest } from "../../core/digest.ts";
import { blobsOf } from "../parts/blobs-of.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { filesIn, filesSchemaDigest } from "../files/file-tree.ts";

/** Every blob that a version needs, its files included, and the version it was appended to. Errors: `data/version-not-found`, `data/erased`, `blob/corrupt`. */
export async function blobsOfVersion(
  repository: DatasetRepository,
  digest: Digest,
): Promise<{ readonly blobs: Iterable<Digest>; readonly parent: Digest | null }> {
  await repository.version(digest);
  const manifest = await repository.manifest(digest);
  const blobs = [...blobsOf(manifest)];
  if (manifest.schemaDigest !== filesSchemaDigest) return { blobs, parent: manifest.parent };
  const files = filesIn(await repository.readParts(manifest, manifest.parts));
  return { blobs: [...blobs, ...files.map((file) => file.digest)], parent: manifest.parent };
}
