import type { DatasetCommit } from "./commit.ts";
import { blobsOfVersion } from "./blobs-of-version.ts";
import { blobsStand, sweepEpoch } from "./sweep-guard.ts";
import { commitCollected } from "./version-errors.ts";
import type { DatasetVersionsWiring } from "./versions-wiring.ts";

/**
 * A state of garbage collection for which a commit's blobs are known to be there. Where a ref stands at the commit they are; else they are
 * looked for: a collection may have begun to remove them. Errors: `data/version-not-found` where some are gone.
 */
export async function standingSince(
  { repository, metadata, blobs }: DatasetVersionsWiring,
  commit: DatasetCommit,
): Promise<number> {
  const epoch = await sweepEpoch(metadata.sql);
  const refs = await repository.graph.refs(commit.dataset);
  if (refs.some((ref) => ref.commit === commit.id)) return epoch;
  const found = await blobsStand(metadata, blobs, (await blobsOfVersion(repository, commit.version)).blobs);
  if (found.stand) return found.epoch;
  throw commitCollected(commit.dataset, commit.id);
}
