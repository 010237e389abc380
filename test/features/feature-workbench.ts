import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { dataMigrations } from "../../src/data/data-migrations.ts";
import { DatasetRepository } from "../../src/data/dataset-repository.ts";
import { FeatureStore, type FeatureStoreOptions, featuresMigrations } from "../../src/features/index.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";

/** A feature store with everything real around it. */
export interface Workbench {
  readonly options: FeatureStoreOptions;
  readonly datasets: DatasetRepository;
  readonly store: FeatureStore;
}

/** Runs work with a {@link Workbench} in a folder that is removed afterwards. */
export async function withWorkbench(
  work: (bench: Workbench) => Promise<void>,
  replace: Partial<FeatureStoreOptions> = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-features-"));
  const clock = manualClock(Date.UTC(2024, 0, 1));
  const metadata = sqliteMetadata({ path: join(folder, "meta.sqlite") });
  try {
    await metadata.migrate([ledgerMigrations, dataMigrations, featuresMigrations]);
    const ledger = {
      audit: new SqlAuditLog({ metadata, clock }),
      lineage: new SqlLineageStore({ metadata, clock }),
      changes: new SqlChangeFeed({ metadata, clock }),
    };
    const datasets = new DatasetRepository({ metadata, blobs: memoryBlobs(), ledger, clock });
    const options = { datasets, online: memoryOnline(), offline: memoryOffline(), metadata, ledger, clock, ...replace };
    await work({ options, datasets, store: new FeatureStore(options) });
    await options.online.close();
    await options.offline.close();
  } finally {
    await metadata.close();
    await rm(folder, { recursive: true });
  }
}
