import type { BlobStore } from "../../contracts/blob-store.ts";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Digest } from "../../core/digest.ts";
import type { GraphTables } from "./graph-migration.ts";

// Garbage collection and publication meet here. A collection first condemns blobs in a transaction, then deletes them, then takes the
// sentence back in another; each of the two raises the epoch. A publication that finds the epoch it began with knows that no blob it relied
// on was condemned or deleted meanwhile, unless it stood condemned all the time: so it looks at the condemned ones too. Both transactions
// hold the lock `data-sweep`: a commit comes either before the sentence, which then spares its blobs, or sees it.

/** The lock that publications and collections share; it sorts before every `data:<dataset>`. */
export const sweepLock: "data-sweep" = "data-sweep";

type Sql = MetadataStore["sql"];

/** How many times a collection has condemned blobs or taken that back. */
export async function sweepEpoch(sql: Sql): Promise<number> {
  const row = await sql.withTables<GraphTables>().selectFrom("data_sweep").select("epoch").executeTakeFirst();
  return row?.epoch ?? 0;
}

/** Raises the epoch, in a transaction that holds {@link sweepLock}. */
export async function raiseEpoch(tx: MetadataTransaction): Promise<number> {
  const epoch = (await sweepEpoch(tx.sql)) + 1;
  await tx.sql.withTables<GraphTables>().updateTable("data_sweep").set({ epoch }).execute();
  return epoch;
}

/** The blobs that stand condemned, with the instant after which their collector has given up. */
export async function condemned(sql: Sql): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.withTables<GraphTables>().selectFrom("data_doomed").selectAll().execute();
  return new Map(rows.map((row) => [row.digest, row.until_ms]));
}

/** Whether all the blobs are there and none stands condemned, with the epoch for which that holds. */
export async function blobsStand(
  metadata: MetadataStore,
  blobs: BlobStore,
  digests: Iterable<Digest>,
): Promise<{ readonly stand: boolean; readonly epoch: number }> {
  const epoch = await sweepEpoch(metadata.sql);
  const doomed = await condemned(metadata.sql);
  for (const digest of digests) if (doomed.has(digest) || !(await blobs.has(digest))) return { stand: false, epoch };
  return { stand: true, epoch };
}

/** Whether none of the blobs stands condemned, asked inside a publication. */
export async function noneCondemned(tx: MetadataTransaction, digestsOf: () => Iterable<Digest>): Promise<boolean> {
  const doomed = await condemned(tx.sql);
  if (doomed.size === 0) return true;
  for (const digest of digestsOf()) if (doomed.has(digest)) return false;
  return true;
}
