import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import pg from "pg";
import { describe, test } from "vitest";
import { duckdbOffline } from "../../../src/backends/duckdb/duckdb-offline-store.ts";
import { postgresOffline } from "../../../src/backends/postgres/postgres-offline-store.ts";
import { postgresOnline } from "../../../src/backends/postgres/postgres-online-store.ts";
import { redisOnline } from "../../../src/backends/redis/redis-online-store.ts";
import { sqliteOnline } from "../../../src/backends/sqlite/sqlite-online-store.ts";
import type { FeatureStoreOptions } from "../../../src/features/index.ts";
import { describePostgres } from "../../support/postgres-server.ts";
import { describeRedis, describeRedisCluster } from "../../support/redis-server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { withWorkbench } from "../feature-workbench.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** Declares a test a case and store: every offline store with the online store in memory, every online store with the offline one. */
export function onEveryStore(cases: readonly ConformanceCase[]): void {
  const declare = (open: (run: (replace: Partial<FeatureStoreOptions>) => Promise<void>) => Promise<void>): void => {
    for (const { number, name, run } of cases)
      test(`${number}: ${name}`, async () => {
        // Nothing that a case loads is let go: reads at any instant are answered.
        await open(async (replace) => await withWorkbench(run, { retention: "1000000d", ...replace }));
      });
  };
  describe("memory", () => declare(async (run) => await run({})));
  describe("DuckDB offline", () => declare(async (run) => await run({ offline: duckdbOffline() })));
  describe("SQLite online", () =>
    declare(async (run) => await run({ online: sqliteOnline({ path: join(temporaryFolder(), "online.sqlite") }) })));
  let spaces = 0;
  describePostgres("Postgres", (server) => {
    const withPool = async (run: (pool: pg.Pool, schema: string) => Promise<void>): Promise<void> => {
      const pool = new pg.Pool({ connectionString: server().url, max: 4 });
      try {
        await run(pool, `conformance_${spaces++}`);
      } finally {
        await pool.end();
      }
    };
    describe("offline", () =>
      declare(
        async (run) =>
          await withPool(async (pool, schema) => await run({ offline: postgresOffline({ pool, schema }) })),
      ));
    describe("online", () =>
      declare(
        async (run) => await withPool(async (pool, schema) => await run({ online: postgresOnline({ pool, schema }) })),
      ));
  });
  describeRedisCluster("Redis Cluster online", (cluster) =>
    declare(async (run) => {
      const client = new Cluster(cluster().nodes.map(({ port }) => ({ host: "127.0.0.1", port })));
      try {
        await run({ online: redisOnline({ client, prefix: `conformance-${spaces++}:` }) });
      } finally {
        await client.quit();
      }
    }),
  );
  describeRedis("Redis online", (server) =>
    declare(async (run) => {
      const client = new Redis(server().port, "127.0.0.1");
      try {
        await run({ online: redisOnline({ client, prefix: `conformance-${spaces++}:` }) });
      } finally {
        await client.quit();
      }
    }),
  );
}
