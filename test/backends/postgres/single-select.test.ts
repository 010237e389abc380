import { type Kysely, sql } from "kysely";
import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../../src/backends/postgres/postgres-metadata-store.ts";
import { SqlLineageStore } from "../../../src/ledger/sql-lineage-store.ts";
import { ledgerMigrations } from "../../../src/ledger/ledger-migrations.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { describePostgres } from "../../support/postgres-server.ts";
import { watchedPool } from "../../support/watched-pool.ts";

type Tables = { lineage_edges: { from_node: string; to_node: string; kind: string; asserted: number } };

describePostgres("reading from Postgres", (server) => {
  /** The texts that go to the server while something is read from a store in a schema of its own. */
  const textsOf = async (read: (handle: Kysely<Tables>) => Promise<unknown>): Promise<readonly string[]> => {
    const pool = new pg.Pool({ connectionString: server().url, max: 2 });
    const { pool: watched, texts } = watchedPool(pool);
    try {
      const metadata = postgresMetadata({ pool: watched, schema: "single_select" });
      await metadata.migrate([ledgerMigrations]);
      const lineage = new SqlLineageStore({ metadata, clock: manualClock(0) });
      await metadata.write(async (tx) => {
        await lineage.record(tx, [{ from: "run:a", to: "artifact:b", kind: "trained", asserted: true }]);
      });
      texts.length = 0;
      await read(metadata.sql.withTables<Tables>());
      const [tree] = (await lineage.upstream("artifact:b")).children;
      expect(tree).toMatchObject({ node: "run:a", via: "trained" });
      return texts.slice(0, -1);
    } finally {
      await pool.end();
    }
  };
  const edges = (handle: Kysely<Tables>) => handle.selectFrom("lineage_edges").selectAll();

  test("a plain select is one statement that names its schema, with its rows", async () => {
    const texts = await textsOf(async (handle) => {
      expect(await edges(handle).where("kind", "=", "trained").execute()).toHaveLength(1);
      expect(await edges(handle).where("kind", "=", "other").execute()).toHaveLength(0);
      expect(await edges(handle).orderBy("kind", "desc").limit(1).execute()).toHaveLength(1);
    });
    expect(texts).toHaveLength(3);
    for (const text of texts) expect(text).toContain('from "single_select"."lineage_edges"');
  });

  test("what is no plain select runs in a read-only transaction, and cannot write", async () => {
    const texts = await textsOf(async (handle) => {
      await handle.selectFrom("lineage_edges").select(sql<number>`1`.as("one")).execute();
      await edges(handle)
        .select(({ fn }) => fn<number>("length", ["kind"]).as("length"))
        .execute();
      const readOnly = { code: "metadata/read-only" };
      await expect(edges(handle).forUpdate().execute()).rejects.toMatchObject(readOnly);
      const row = { from_node: "a", to_node: "b", kind: "c", asserted: 0 };
      const writing = handle
        .with("written", (cte) => cte.insertInto("lineage_edges").values(row).returningAll())
        .selectFrom("written")
        .selectAll();
      await expect(writing.execute()).rejects.toMatchObject(readOnly);
      expect(await edges(handle).execute()).toHaveLength(1);
    });
    expect(texts.filter((text) => text.startsWith("begin read only"))).toHaveLength(4);
  });

  test("a select that fails leaves the connection usable", async () => {
    await textsOf(async (handle) => {
      await expect(
        handle.withTables<{ missing: { id: number } }>().selectFrom("missing").selectAll().execute(),
      ).rejects.toMatchObject({ code: "metadata/failed" });

      for (let i = 0; i < 3; i++) expect(await edges(handle).execute()).toHaveLength(1);
    });
  });
});
