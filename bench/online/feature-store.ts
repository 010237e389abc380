import { join } from "node:path";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { z } from "zod";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { dataMigrations } from "../../src/data/data-migrations.ts";
import { dataset } from "../../src/data/dataset.ts";
import { DatasetRepository } from "../../src/data/dataset-repository.ts";
import {
  entity,
  FeatureStore,
  featureService,
  featuresMigrations,
  featureView,
  max,
  mean,
  t,
} from "../../src/features/index.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import type { Column } from "../../src/table/column.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { withFolder } from "../measure.ts";

// A feature store with 50 features in 5 views of one entity: latest look-ups, and windows over some twenty events of each entity.

const hour = 3_600_000;
export const atMs: number = Date.UTC(2024, 0, 10);
const columnNames = ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"] as const;
const numbers = Object.fromEntries(columnNames.map((name) => [name, z.number()])) as {
  readonly [C in (typeof columnNames)[number]]: z.ZodNumber;
};
const schema = z.object({ id: z.number().int(), at: z.date(), user: z.string(), ...numbers });
const user = entity("user", { user: t.utf8 });
const sources = Array.from({ length: 5 }, (_, i) => dataset(`facts_${i}`, { schema, eventTime: "at", id: "id" }));

/** 50 latest look-ups. */
export const lookups = featureService(
  "lookups",
  sources.map((source, i) =>
    featureView(`view_${i}`, {
      source,
      entities: [user],
      latest: Object.fromEntries(columnNames.map((name) => [name, name])),
    }),
  ),
);

/** 50 windowed aggregates: two of each of five columns. */
export const windowed = featureService(
  "windowed",
  sources.map((source, i) =>
    featureView(`windows_${i}`, {
      source,
      entities: [user],
      windows: Object.fromEntries(
        columnNames.slice(0, 5).flatMap((name) => [
          [`${name}_mean_1d`, mean(name).over("1d")],
          [`${name}_max_7d`, max(name).over("7d")],
        ]),
      ),
    }),
  ),
);

/** Runs work with a store whose online store holds `perEntity` events of each user in each view. */
export async function withFeatureStore(
  online: OnlineStore,
  users: readonly string[],
  perEntity: number,
  work: (store: FeatureStore) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const metadata = sqliteMetadata({ path: join(folder, "meta.sqlite") });
    await work(await filledStore(online, metadata, factsOf(users, perEntity)));
    await metadata.close();
  });
}

async function filledStore(online: OnlineStore, metadata: MetadataStore, facts: Table): Promise<FeatureStore> {
  const clock = manualClock(atMs);
  await metadata.migrate([ledgerMigrations, dataMigrations, featuresMigrations]);
  const ledger = {
    audit: new SqlAuditLog({ metadata, clock }),
    lineage: new SqlLineageStore({ metadata, clock }),
    changes: new SqlChangeFeed({ metadata, clock }),
  };
  const datasets = new DatasetRepository({ metadata, blobs: memoryBlobs(), ledger, clock });
  const store = new FeatureStore({ datasets, online, offline: memoryOffline(), metadata, ledger, clock });
  await store.register(lookups);
  await store.register(windowed);
  for (const source of sources) await store.push(source, facts);
  return store;
}

function factsOf(users: readonly string[], perEntity: number): Table {
  const random = seededRandom("facts");
  const rows = users.length * perEntity;
  const values = (): Column => ({ tag: "f64", values: Float64Array.from({ length: rows }, () => random.int(1000)) });
  return makeTable({
    id: { tag: "f64", values: Float64Array.from({ length: rows }, (_, row) => row) },
    at: {
      tag: "instant",
      values: Float64Array.from({ length: rows }, (_, row) => atMs - (Math.floor(row / users.length) + 1) * 7 * hour),
    },
    user: { tag: "utf8", values: Int32Array.from({ length: rows }, (_, row) => row % users.length), dictionary: users },
    ...Object.fromEntries(columnNames.map((name) => [name, values()])),
  });
}
