import type { Ledger } from "../contracts/ledger.ts";
import type { LineageEdge } from "../contracts/lineage-store.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import type { Clock } from "../core/clock.ts";
import type { Digest } from "../core/digest.ts";
import type { DataTables } from "./data-migrations.ts";
import { type DefinitionRecord, definitionText, requireSameDefinition } from "./definition-record.ts";
import type { PreparedVersion } from "./version-writer.ts";

/** A prepared version and what its dataset's head must be for it to be published. */
export interface VersionToPublish {
  readonly prepared: PreparedVersion;
  /** The newest version when the work began; `undefined` = none. */
  readonly expectedHead: Digest | undefined;
  /** Where the rows come from. */
  readonly source?: { readonly uri: string; readonly digest: Digest };
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
}

interface Stores {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

class HeadMoved extends Error {}

/** Moves heads by compare-and-set, all or none. `head-moved` means that nothing was changed. Errors: `definition/conflict`. */
export async function publishVersions(
  stores: Stores,
  versions: readonly VersionToPublish[],
  extras: PublishExtras,
): Promise<"published" | "head-moved"> {
  const nowMs = stores.clock.nowMs();
  try {
    await stores.metadata.write(async (tx) => {
      for (const name of versions.map((version) => version.prepared.manifest.dataset).sort())
        await tx.lock(`data:${name}`);
      for (const version of versions) {
        await storeDefinition(tx, version, nowMs);
        await moveHead(tx, version, nowMs);
      }
      if (extras.batch !== undefined) await storeBatch(tx, extras.batch);
      for (const version of versions) await stores.ledger.lineage.record(tx, lineageOf(version));
      for (const version of versions) await stores.ledger.changes.publish(tx, "dataset.committed", changeOf(version));
      for (const version of versions) {
        const { dataset, parent } = version.prepared.manifest;
        const body = {
          ...changeOf(version),
          parent,
          source: version.source === undefined ? null : { ...version.source },
        };
        await stores.ledger.audit.append(tx, {
          kind: "dataset.committed",
          subject: dataset,
          actor: extras.actor ?? "system",
          body,
        });
      }
    });
    return "published";
  } catch (error) {
    if (error instanceof HeadMoved) return "head-moved";
    throw error;
  }
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

async function moveHead(
  tx: MetadataTransaction,
  { prepared, expectedHead }: VersionToPublish,
  nowMs: number,
): Promise<void> {
  const { digest, manifest } = prepared;
  const sql = tx.sql.withTables<DataTables>();
  const head = await sql
    .selectFrom("data_head")
    .select("digest")
    .where("dataset", "=", manifest.dataset)
    .executeTakeFirst();
  if (head?.digest !== expectedHead) throw new HeadMoved();
  await sql
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
  await sql
    .insertInto("data_head")
    .values({ dataset: manifest.dataset, digest })
    .onConflict((conflict) => conflict.column("dataset").doUpdateSet({ digest }))
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

function lineageOf({ prepared, source }: VersionToPublish): LineageEdge[] {
  const to = `dataset:${prepared.digest}` as const;
  const edges: LineageEdge[] = [];
  if (source !== undefined)
    edges.push({ from: `source:${source.uri}#${source.digest}`, to, kind: "ingested", asserted: false });
  const { parent } = prepared.manifest;
  if (parent !== null) edges.push({ from: `dataset:${parent}`, to, kind: "appended", asserted: false });
  return edges;
}
