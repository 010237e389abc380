import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { storedRecord } from "../../core/stored-json.ts";
import type { DataTables } from "../data-migrations.ts";
import { quarantineSuffix } from "../ingest/quarantine.ts";
import { placeManifest } from "../parts/place-manifest.ts";
import { encodeCommit } from "./commit.ts";
import type { CommitGraph, PlacedCommit } from "./commit-graph.ts";
import { condemn, leaseMs } from "./condemn-blobs.ts";
import { setRef } from "./move-branch.ts";
import type { RefName } from "./ref-name.ts";
import type { VersionRewriter } from "./rewrite-versions.ts";
import type { DatasetVersionsWiring } from "./versions-wiring.ts";

/** A history that was rewritten, and what it replaces. */
export interface Replacement {
  readonly refs: Awaited<ReturnType<CommitGraph["refs"]>>;
  readonly commits: readonly PlacedCommit[];
  readonly rewriter: VersionRewriter;
  /** The versions that are replaced, and by what. */
  readonly versions: ReadonlyMap<Digest, Digest>;
  /** Blobs that nothing of the dataset needs from then on. */
  readonly unneeded: ReadonlySet<Digest>;
}

/**
 * Puts the rewritten history in the place of the old one: commits, refs, tombstones, batches, lineage and the audit event, at once. What is
 * not needed any more is condemned, so that no publication takes it up again and any later collection deletes it, should this process die.
 */
export async function replaceHistory(
  tx: MetadataTransaction,
  { ledger, clock }: DatasetVersionsWiring,
  dataset: string,
  { refs, commits, rewriter, versions, unneeded }: Replacement,
  { reason, actor }: { readonly reason: string; readonly actor: string },
): Promise<void> {
  const sql = tx.sql.withTables<DataTables>();
  const nowMs = clock.nowMs();
  for (const version of rewriter.moved) await placeManifest(tx, version);
  for (const [old, prepared] of rewriter.rewritten) {
    const { digest, manifest } = prepared;
    await placeManifest(tx, prepared);
    // Rows that were erased once and came back since may make the very version that they were erased from.
    await sql.deleteFrom("data_erased").where("version", "=", digest).execute();
    const { schemaDigest: schema_digest, parent, rows: row_count } = manifest;
    const row = { digest, dataset, schema_digest, parent, row_count, created_at_ms: nowMs };
    await sql
      .insertInto("data_version")
      .values(row)
      .onConflict((conflict) => conflict.column("digest").doNothing())
      .execute();
    const stone = { version: old, dataset, replacement: digest, reason, time_ms: nowMs };
    await sql
      .insertInto("data_erased")
      .values(stone)
      .onConflict((conflict) => conflict.column("version").doNothing())
      .execute();
  }
  const ids = await rewriteCommits(tx, commits, versions);
  for (const { name, commit } of refs) await setRef(tx, dataset, name as RefName, ids.get(commit) ?? commit);
  await scrubBatches(tx, dataset, versions);
  await condemn(tx, [...unneeded, ...(await forgetProfiles(tx))], nowMs + leaseMs);
  const edges = [...versions].map(([old, now]) => ({
    from: `dataset:${old}` as const,
    to: `dataset:${now}` as const,
    kind: "erased into",
    asserted: false,
  }));
  await ledger.lineage.record(tx, edges);
  const body = { dataset, reason, rows: rewriter.rows, versions: Object.fromEntries(versions) };
  await ledger.changes.publish(tx, "dataset.erased", body);
  await ledger.audit.append(tx, { kind: "dataset.erased", subject: dataset, actor, body });
}

/** The same history over the new versions; parents come before their children. */
async function rewriteCommits(
  tx: MetadataTransaction,
  commits: readonly PlacedCommit[],
  versions: ReadonlyMap<Digest, Digest>,
): Promise<ReadonlyMap<Digest, Digest>> {
  const ids = new Map<Digest, Digest>();
  for (const { id: old, generation, ...commit } of commits) {
    const parents = commit.parents.map((parent) => ids.get(parent) ?? parent);
    const reverts = commit.reverts && (ids.get(commit.reverts) ?? commit.reverts);
    const body = { ...commit, parents, reverts, version: versions.get(commit.version) ?? commit.version };
    const { id, record } = encodeCommit(body);
    if (id === old) continue;
    ids.set(old, id);
    const { dataset, version, timeMs: time_ms, batch } = body;
    await tx.sql
      .withTables<DataTables>()
      .insertInto("data_commit")
      .values({ id, dataset, version, generation, time_ms, batch, record })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  }
  return ids;
}

/** What is remembered of ingested batches names the new versions, and no refused rows, whose messages may quote them. */
async function scrubBatches(
  tx: MetadataTransaction,
  dataset: string,
  versions: ReadonlyMap<Digest, Digest>,
): Promise<void> {
  const sql = tx.sql.withTables<DataTables>();
  // Batches of a dataset name versions of its quarantine too.
  const owners = dataset.endsWith(quarantineSuffix) ? [dataset, dataset.slice(0, -quarantineSuffix.length)] : [dataset];
  for (const row of await sql.selectFrom("data_batch").selectAll().where("dataset", "in", owners).execute()) {
    const stored = storedRecord<{ readonly version: string; readonly quarantine: string | null }>(
      row.record,
      { table: "data_batch", row: `${row.dataset}, ${row.batch}` },
      "quarantine",
    );
    const renamed = (digest: string): string => (isDigest(digest) && versions.get(digest)) || digest;
    const version = renamed(row.version);
    const quarantine = stored.quarantine && renamed(stored.quarantine);
    if (version === row.version && quarantine === stored.quarantine) continue;
    const record = canonicalJson({ ...stored, version, quarantine, faults: [] });
    await sql
      .updateTable("data_batch")
      .set({ version, record })
      .where("dataset", "=", row.dataset)
      .where("batch", "=", row.batch)
      .execute();
  }
}

/** Forgets what is known of the columns of any parts, extremes among them: it is found again when asked for. Answers the blobs that held it. */
async function forgetProfiles(tx: MetadataTransaction): Promise<readonly Digest[]> {
  const sql = tx.sql.withTables<DataTables>();
  const rows = await sql.selectFrom("data_profile").select("blob").execute();
  await sql.deleteFrom("data_profile").execute();
  return rows.map(({ blob }) => blob).filter(isDigest);
}
