import assert from "node:assert/strict";
import { memoryOffline } from "../../../src/backends/arrow/memory-offline-store.ts";
import { memoryBlobs } from "../../../src/backends/memory/memory-blob-store.ts";
import { memoryOnline } from "../../../src/backends/memory/memory-online-store.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { dataMigrations } from "../../../src/data/data-migrations.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { DatasetRepository } from "../../../src/data/dataset-repository.ts";
import {
  count,
  entity,
  FeatureStore,
  featureService,
  featuresMigrations,
  featureView,
  mean,
  t,
} from "../../../src/features/index.ts";
import { feastHandler } from "../../../src/interop/feast/index.ts";
import { ledgerMigrations } from "../../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../../src/ledger/sql-lineage-store.ts";
import { z } from "zod";
import type { RuntimeCase } from "../runtime-case.ts";

/** The runtime's part of the Feast handler: its Request and Response, its streams, and what its JSON.parse tells of large integers. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "feast: a push and a read over the runtime's Request and Response, 64-bit keys exact",
    run: async ({ tempDir }) => {
      const metadata = sqliteMetadata({ path: `${tempDir}/metadata.db` });
      await metadata.migrate([ledgerMigrations, dataMigrations, featuresMigrations]);
      const clock = manualClock(Date.UTC(2024, 0, 1));
      const ledger = {
        audit: new SqlAuditLog({ metadata, clock }),
        lineage: new SqlLineageStore({ metadata, clock }),
        changes: new SqlChangeFeed({ metadata, clock }),
      };
      const datasets = new DatasetRepository({ metadata, blobs: memoryBlobs(), ledger, clock });
      const engines = { datasets, metadata, ledger, clock, online: memoryOnline(), offline: memoryOffline() };
      const orders = dataset("orders", {
        schema: z.object({ id: z.number(), at: z.date(), user: z.bigint(), price: z.number() }),
        eventTime: "at",
        id: "id",
      });
      const view = featureView("user", {
        source: orders,
        entities: [entity("user", { user: t.int64 })],
        windows: { n: count().over("1h"), price: mean("price").over("1h") },
      });
      const handler = feastHandler({
        features: new FeatureStore(engines),
        services: [featureService("orders", [view])],
        operations: ["get-online-features", "push"],
      });
      const ask = async (path: string, body: string): Promise<string> => {
        const answer = await handler(new Request(`http://localhost${path}`, { method: "POST", body }));
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        return text;
      };
      const times = '["2023-12-31T23:30:00Z","2023-12-31T23:40:00Z"]';
      const users = '[9007199254740993,"9007199254740993"]';
      const df = `{"id":[1,2],"at":${times},"user":${users},"price":[1,1e22]}`;
      await ask("/push", `{"push_source_name":"orders","df":${df}}`);
      const features = '["user:n","user:price"]';
      const text = await ask("/get-online-features", `{"features":${features},"entities":{"user":${users}}}`);
      await metadata.close();
      assert.ok(text.includes('"values":[9007199254740993,9007199254740993]'), text);
      assert.ok(text.includes('"values":[2,2]'), text);
      return text;
    },
  },
];
