import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { BlobStore } from "../../src/contracts/blob-store.ts";
import type { Ledger } from "../../src/contracts/ledger.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { WorkspaceEvents } from "../../src/contracts/workspace-events.ts";
import { type ManualClock, manualClock } from "../../src/core/clock.ts";
import { type Events, typedEvents } from "../../src/core/events.ts";
import { dataMigrations } from "../../src/data/data-migrations.ts";
import { DataStage } from "../../src/data/data-stage.ts";
import { DatasetRepository } from "../../src/data/dataset-repository.ts";
import { Ingest } from "../../src/data/ingest/ingest.ts";
import { DatasetVersions } from "../../src/data/versions/dataset-versions.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";

export interface OpenData {
  readonly folder: string;
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly clock: ManualClock;
  readonly events: Events<WorkspaceEvents>;
  readonly repository: DatasetRepository;
  readonly data: DataStage;
  /** Another one on the same data, as another process would open it. */
  again(): Promise<OpenData>;
  close(): Promise<void>;
}

/** Runs work with a data stage of its own. */
export type WithData = (work: (open: OpenData) => Promise<void>) => Promise<void>;

/** Where {@link openData} keeps things. */
export interface OpenDataOptions {
  /** @default SQLite in the folder */
  readonly metadata?: () => MetadataStore;
  /** @default files in the folder */
  readonly blobs?: BlobStore;
}

/** The data stage on real SQLite (or another engine) and real files in a folder. */
export async function openData(folder: string, options: OpenDataOptions = {}): Promise<OpenData> {
  const clock = manualClock(1_000_000_000_000);
  const metadata = options.metadata?.() ?? sqliteMetadata({ path: join(folder, "metadata.sqlite") });
  const blobs = options.blobs ?? fsBlobs({ path: join(folder, "blobs") });
  await metadata.migrate([ledgerMigrations, dataMigrations]);
  const wiring = { metadata, clock };
  const ledger = {
    audit: new SqlAuditLog(wiring),
    lineage: new SqlLineageStore(wiring),
    changes: new SqlChangeFeed(wiring),
  };
  const events = typedEvents<WorkspaceEvents>();
  const repository = new DatasetRepository({ metadata, blobs, ledger, clock });
  const ingest = new Ingest({ repository, metadata, ledger, events, clock });
  const versions = new DatasetVersions({ repository, metadata, blobs, ledger, clock, roots: async function* () {} });
  const data = new DataStage({ repository, ingest, versions });
  const again = (): Promise<OpenData> => openData(folder, options);
  return { folder, metadata, blobs, ledger, clock, events, repository, data, again, close: () => metadata.close() };
}

/** Runs `work` with the data stage in a temporary folder, which is removed afterwards. */
export async function withData(work: (open: OpenData) => Promise<void>, options: OpenDataOptions = {}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-data-"));
  const open = await openData(folder, options);
  try {
    await work(open);
  } finally {
    await open.close();
    await rm(folder, { recursive: true });
  }
}
