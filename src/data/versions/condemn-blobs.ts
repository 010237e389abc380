import type { BlobStore } from "../../contracts/blob-store.ts";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Clock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import { CommitGraph } from "./commit-graph.ts";
import type { GraphTables } from "./graph-migration.ts";
import { condemned, raiseEpoch, sweepLock } from "./sweep-guard.ts";

/** How long a collector may take over the blobs it has condemned; it stops deleting at half of that. */
export const leaseMs: 10000 = 10_000;

const blobsAtOnce = 100;
const rowsPerQuery = 500;
const pollMs = 50;

/** What is wired. */
export interface SweepStores {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

/** Where every ref stands, as one text: equal texts, equal refs. */
export function refsText(refs: Awaited<ReturnType<CommitGraph["refs"]>>): string {
  return refs.map(({ dataset, name, commit }) => `${dataset} ${name} ${commit}`).join("\n");
}

/**
 * Condemns, deletes and acquits up to a hundred blobs, provided that every ref stands where it stood when they were found unneeded; answers
 * how many were deleted, or `"refs-moved"`, and then none was.
 */
export async function sweepSome(
  { metadata, blobs, clock }: SweepStores,
  digests: readonly Digest[],
  refs: string,
): Promise<readonly Digest[] | "refs-moved"> {
  const some = digests.slice(0, blobsAtOnce);
  const untilMs = clock.nowMs() + leaseMs;
  const condemnedNow = await metadata.write(async (tx) => {
    await tx.lock(sweepLock);
    if (refsText(await new CommitGraph(tx).refs()) !== refs) return false;
    await condemn(tx, some, untilMs);
    return true;
  });
  if (!condemnedNow) return "refs-moved";
  const deleted: Digest[] = [];
  for (const digest of some) {
    if (clock.nowMs() > untilMs - leaseMs / 2) break;
    await blobs.delete(digest);
    deleted.push(digest);
  }
  await acquit(metadata, some);
  return deleted;
}

/** Condemns blobs, in a transaction that holds {@link sweepLock}: no publication relies on them from then on. */
export async function condemn(tx: MetadataTransaction, digests: readonly Digest[], untilMs: number): Promise<void> {
  for (let start = 0; start < digests.length; start += rowsPerQuery) {
    const some = digests.slice(start, start + rowsPerQuery);
    await tx.sql
      .withTables<GraphTables>()
      .insertInto("data_doomed")
      .values(some.map((digest) => ({ digest, until_ms: untilMs })))
      .onConflict((conflict) => conflict.column("digest").doUpdateSet({ until_ms: untilMs }))
      .execute();
  }
  await raiseEpoch(tx);
}

/** Takes the sentence back. */
export async function acquit(metadata: MetadataStore, digests: readonly string[]): Promise<void> {
  await metadata.write(async (tx) => {
    await tx.lock(sweepLock);
    for (let start = 0; start < digests.length; start += rowsPerQuery) {
      const some = digests.slice(start, start + rowsPerQuery);
      await tx.sql.withTables<GraphTables>().deleteFrom("data_doomed").where("digest", "in", some).execute();
    }
    await raiseEpoch(tx);
  });
}

/**
 * Waits until none of the blobs stands condemned: their collector acquits them within its lease, or has died, and then they are acquitted
 * here. Whoever needs them stores them again afterwards.
 */
export async function awaitAcquittal(
  { metadata, clock }: Pick<SweepStores, "metadata" | "clock">,
  digests: Iterable<string>,
): Promise<void> {
  const wanted = new Set(digests);
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const standing = [...(await condemned(metadata.sql))].filter(([digest]) => wanted.has(digest));
    if (standing.length === 0) return;
    const expired = standing.filter(([, untilMs]) => untilMs < clock.nowMs() || waitedMs > leaseMs);
    if (expired.length === standing.length) {
      await acquit(
        metadata,
        standing.map(([digest]) => digest),
      );
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
