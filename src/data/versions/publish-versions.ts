import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { LineageEdge } from "../../contracts/lineage-store.ts";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Clock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import { type MetricsToStore, storeMetrics } from "../anomalies/metrics-store.ts";
import type { DataTables } from "../data-migrations.ts";
import { type DefinitionRecord, definitionText, requireSameDefinition } from "../definition-record.ts";
import { type ErasureCount, requireNoErasure } from "./erasure-counts.ts";
import { type CursorMove, moveCursor } from "../ingest/source-cursors.ts";
import type { PreparedVersion } from "./version-writer.ts";
import { placeManifest } from "../parts/place-manifest.ts";
import type { DatasetCommit } from "./commit.ts";
import { awaitAcquittal } from "./condemn-blobs.ts";
import { type CommitNotes, moveBranch, TipMoved } from "./move-branch.ts";
import { blobsOf } from "../parts/blobs-of.ts";
import { blobsStand, noneCondemned, sweepEpoch, sweepLock } from "./sweep-guard.ts";
import { requireNotErased } from "./tombstone.ts";

/** A version whose blobs are stored, with the state of garbage collection when that began. */
export interface StoredVersion extends PreparedVersion {
  /** @default unknown: the blobs are looked for again */
  readonly sweepEpoch?: number;
}

/** A prepared version and where its branch must stand for it to be published. */
export interface VersionToPublish {
  readonly prepared: StoredVersion;
  /** @default "main" */
  readonly branch?: string;
  /** The branch's newest commit when the work began; `undefined` = there was no such branch. */
  readonly expectedTip: Digest | undefined;
  /** What the commit says. */
  readonly notes?: CommitNotes;
  /** Where the rows come from. */
  readonly source?: { readonly uri: string; readonly digest: Digest };
  /** Blobs that the rows name (files): the version needs them too. @default none */
  readonly blobs?: readonly Digest[];
  /** Further lineage of the version. */
  readonly edges?: readonly LineageEdge[];
  /** The quarantine version whose rows were repaired to make it. */
  readonly repairs?: Digest;
  /** The definition to store under the dataset's name, if that is new. */
  readonly record?: DefinitionRecord;
}

/** What is written in the same transaction. */
export interface PublishExtras {
  /** Who commits. @default "system" */
  readonly actor?: string;
  /** The batch that was ingested, so that ingesting it again is a no-op; `record` is canonical JSON. */
  readonly batch?: {
    readonly dataset: string;
    readonly key: Digest;
    readonly version: Digest;
    readonly record: string;
  };
  /** What was measured of the batch that was ingested. */
  readonly metrics?: MetricsToStore;
  /** How far the source of the rows is taken with them. Errors: `data/cursor-moved`, with which nothing is published. */
  readonly cursor?: CursorMove;
  /** Nothing is published where rows were erased since. Errors: `data/cursor-moved`. */
  readonly erasures?: ErasureCount;
  /** What the ingest did, for the change `ingest.ended`. */
  readonly ingest?: JsonValue;
}

/**
 * What became of a publication. `head-moved`: another commit came first. `swept`: garbage collection has taken, or is about to take, blobs
 * that a version needs; prepare it again. Nothing was changed in either case.
 */
export type Publication = "published" | "head-moved" | "swept";

/** What {@link publishVersions} is wired with. */
export interface PublishStores {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

class Swept extends Error {}

/** Moves branches by compare-and-set, all or none. Errors: `definition/conflict`, `data/erased` for a version that rows were erased from. */
export async function publishVersions(
  stores: PublishStores,
  versions: readonly VersionToPublish[],
  extras: PublishExtras,
): Promise<Publication> {
  for (let doubt = false; ; doubt = true) {
    const epoch = await standingEpoch(stores, versions, doubt);
    if (epoch === undefined) return "swept";
    try {
      await stores.metadata.write((tx) => publishIn(tx, stores, versions, extras, epoch));
      return "published";
    } catch (error) {
      if (error instanceof TipMoved) return "head-moved";
      if (!(error instanceof Swept)) throw error;
    }
  }
}

/** The epoch for which the blobs of all versions are known to be there; `undefined` where some are not. */
async function standingEpoch(
  { metadata, blobs, clock }: PublishStores,
  versions: readonly VersionToPublish[],
  doubt: boolean,
): Promise<number | undefined> {
  const epoch = await sweepEpoch(metadata.sql);
  const stale = versions.filter(({ prepared }) => doubt || prepared.sweepEpoch !== epoch);
  if (stale.length === 0) return epoch;
  const digests = new Set(stale.flatMap(blobsFor));
  const found = await blobsStand(metadata, blobs, digests);
  if (found.stand) return found.epoch;
  await awaitAcquittal({ metadata, clock }, digests);
  return undefined;
}

async function publishIn(
  tx: MetadataTransaction,
  { ledger, clock }: PublishStores,
  versions: readonly VersionToPublish[],
  extras: PublishExtras,
  epoch: number,
): Promise<void> {
  const actor = extras.actor ?? "system";
  const nowMs = clock.nowMs();
  await tx.lock(sweepLock);
  for (const name of versions.map((version) => version.prepared.manifest.dataset).sort()) await tx.lock(`data:${name}`);
  if (extras.erasures !== undefined) await requireNoErasure(tx, extras.erasures);
  const needed = () => versions.flatMap(blobsFor);
  if ((await sweepEpoch(tx.sql)) !== epoch || !(await noneCondemned(tx, needed))) throw new Swept();
  const commits: DatasetCommit[] = [];
  for (const version of versions) {
    await storeDefinition(tx, version, nowMs);
    await storeVersion(tx, version, nowMs);
    const { digest, manifest } = version.prepared;
    commits.push(
      await moveBranch(tx, { ...version, dataset: manifest.dataset, version: digest, author: actor }, nowMs),
    );
  }
  if (extras.batch !== undefined) await storeBatch(tx, extras.batch);
  if (extras.cursor !== undefined) await moveCursor(tx, extras.cursor);
  if (extras.metrics !== undefined) await storeMetrics(tx, extras.metrics, nowMs);
  for (const version of versions) await ledger.lineage.record(tx, lineageOf(version));
  for (const version of versions) await ledger.changes.publish(tx, "dataset.committed", changeOf(version));
  if (extras.ingest !== undefined) await ledger.changes.publish(tx, "ingest.ended", extras.ingest);
  for (const [i, version] of versions.entries()) {
    const { dataset, parent } = version.prepared.manifest;
    const body = {
      ...changeOf(version),
      parent,
      source: version.source === undefined ? null : { ...version.source },
      branch: version.branch ?? "main",
      commit: commits[i]?.id ?? null,
      change: commits[i]?.change ?? null,
    };
    await ledger.audit.append(tx, { kind: "dataset.committed", subject: dataset, actor, body });
  }
}

function blobsFor({ prepared, blobs }: VersionToPublish): Digest[] {
  return [...blobsOf(prepared.manifest), ...(blobs ?? [])];
}

function changeOf({ prepared }: VersionToPublish): { dataset: string; version: string; rows: number } {
  return { dataset: prepared.manifest.dataset, version: prepared.digest, rows: prepared.manifest.rows };
}

async function storeDefinition(
  tx: MetadataTransaction,
  { prepared, record }: VersionToPublish,
  nowMs: number,
): Promise<void> {
  if (record === undefined) return;
  const { dataset, schemaDigest } = prepared.manifest;
  const sql = tx.sql.withTables<DataTables>();
  const stored = await sql.selectFrom("data_definition").selectAll().where("name", "=", dataset).executeTakeFirst();
  requireSameDefinition(
    dataset,
    record,
    schemaDigest,
    stored && { schemaDigest: stored.schema_digest, definition: stored.definition },
  );
  if (stored !== undefined) return;
  const row = { name: dataset, schema_digest: schemaDigest, definition: definitionText(record), created_at_ms: nowMs };
  await sql.insertInto("data_definition").values(row).execute();
}

async function storeVersion(tx: MetadataTransaction, { prepared }: VersionToPublish, nowMs: number): Promise<void> {
  const { digest, manifest } = prepared;
  await requireNotErased(tx, digest);
  await placeManifest(tx, prepared);
  await tx.sql
    .withTables<DataTables>()
    .insertInto("data_version")
    .values({
      digest,
      dataset: manifest.dataset,
      schema_digest: manifest.schemaDigest,
      parent: manifest.parent,
      row_count: manifest.rows,
      created_at_ms: nowMs,
    })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .execute();
}

async function storeBatch(tx: MetadataTransaction, batch: NonNullable<PublishExtras["batch"]>): Promise<void> {
  const row = { dataset: batch.dataset, batch: batch.key, version: batch.version, record: batch.record };
  await tx.sql
    .withTables<DataTables>()
    .insertInto("data_batch")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["dataset", "batch"]).doUpdateSet({ version: row.version, record: row.record }),
    )
    .execute();
}

function lineageOf({ prepared, source, edges, repairs, notes }: VersionToPublish): LineageEdge[] {
  const to = `dataset:${prepared.digest}` as const;
  const found: LineageEdge[] = [...(edges ?? [])];
  if (source !== undefined)
    found.push({ from: `source:${source.uri}#${source.digest}`, to, kind: "ingested", asserted: false });
  if (repairs !== undefined) found.push({ from: `dataset:${repairs}`, to, kind: "repaired", asserted: true });
  const { parent } = prepared.manifest;
  // What a merge or a revert made it from is among the edges already; a branch that is moved to an older version appends nothing.
  const moved = notes?.change === "merge" || notes?.change === "revert";
  if (parent !== null && !moved) found.push({ from: `dataset:${parent}`, to, kind: "appended", asserted: false });
  return found;
}
