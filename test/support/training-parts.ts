import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { BlobStore } from "../../src/contracts/blob-store.ts";
import type { Ledger } from "../../src/contracts/ledger.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { WorkspaceEvents } from "../../src/contracts/workspace-events.ts";
import type { Clock } from "../../src/core/clock.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { Events } from "../../src/core/events.ts";
import { typedEvents } from "../../src/core/events.ts";
import type { IdSource } from "../../src/core/ids.ts";
import { uuidV7Ids } from "../../src/core/ids.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import { trainingMigrations } from "../../src/training/training-migrations.ts";

/** Everything a training stage is wired with, over real stores in a folder. */
export interface TrainingParts {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: Events<WorkspaceEvents>;
}

/** Opens SQLite and files in a folder, migrated. */
export async function openTrainingParts(folder: string, clock: Clock = systemClock): Promise<TrainingParts> {
  const metadata = sqliteMetadata({ path: join(folder, "metadata.db") });
  await metadata.migrate([ledgerMigrations, trainingMigrations]);
  const ledger = {
    audit: new SqlAuditLog({ metadata, clock }),
    lineage: new SqlLineageStore({ metadata, clock }),
    changes: new SqlChangeFeed({ metadata, clock }),
  };
  const blobs = fsBlobs({ path: join(folder, "blobs") });
  return { metadata, blobs, ledger, clock, ids: uuidV7Ids(clock), events: typedEvents<WorkspaceEvents>() };
}

/** A new empty folder, and how to remove it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "sluice-training-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
