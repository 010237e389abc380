import { sql } from "kysely";
import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { metadataContract } from "../../src/testing/metadata-contract.ts";
import { ids, insert, sampleStage } from "../../src/testing/metadata-subject.ts";
import { describePostgres } from "../support/postgres-server.ts";

describePostgres("metadata contract on Postgres", (server) => {
  let schemas = 0;
  const withPool = async (run: (pool: pg.Pool, schema: string) => Promise<void>, size = 10): Promise<void> => {
    const pool = new pg.Pool({ connectionString: server().url, max: size });
    pool.on("error", () => undefined);
    schemas += 1;
    try {
      await run(pool, `workspace_${schemas}`);
    } finally {
      await pool.end();
    }
  };

  for (const { name, run } of metadataContract) {
    test(name, () =>
      withPool(async (pool, schema) => {
        const another = (): MetadataStore => postgresMetadata({ pool, schema });
        const store = another();
        await run({ store, another });
        await store.close();
        expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
        expect(pool.waitingCount).toBe(0);
        expect(pool.idleCount).toBe(pool.totalCount);
      }),
    );
  }

  test("two schemas of one database are two stores", () =>
    withPool(async (pool, schema) => {
      const first = postgresMetadata({ pool, schema });
      const second = postgresMetadata({ pool, schema: `${schema}_b` });
      await first.migrate([sampleStage]);
      await second.migrate([sampleStage]);
      await first.write((tx) => insert(tx, "first"));
      expect([await ids(first.sql), await ids(second.sql)]).toEqual([["first"], []]);
    }));

  test("an up-to-date schema is migrated by a role that may not create anything", () =>
    withPool(async (pool, schema) => {
      await postgresMetadata({ pool, schema }).migrate([sampleStage]);
      await pool.query(`create role runtime login; grant usage on schema ${schema} to runtime`);
      await pool.query(`grant select, insert, update, delete on all tables in schema ${schema} to runtime`);
      const runtimePool = new pg.Pool({ connectionString: server().url.replace("sluice@", "runtime@") });
      const store = postgresMetadata({ pool: runtimePool, schema });
      await store.migrate([sampleStage]);
      await store.write((tx) => insert(tx, "by runtime"));
      expect(await ids(store.sql)).toEqual(["by runtime"]);
      await runtimePool.end();
    }));

  test("a write is on disk before it returns, also where the database is set up otherwise; a stronger setting stays", () =>
    withPool(async (pool, schema) => {
      for (const [configured, used] of [
        ["off", "on"],
        ["remote_apply", "remote_apply"],
      ]) {
        const role = `commits_${configured}`;
        await pool.query(`create role ${role} login superuser`);
        await pool.query(`alter role ${role} set synchronous_commit = ${configured}`);
        const own = new pg.Pool({ connectionString: server().url.replace("sluice@", `${role}@`) });
        const found = await postgresMetadata({ pool: own, schema }).write((tx) =>
          sql<{ setting: string }>`select current_setting('synchronous_commit') as setting`.execute(tx.sql),
        );
        expect(found.rows[0]?.setting).toBe(used);
        expect((await own.query("show synchronous_commit")).rows).toEqual([{ synchronous_commit: configured }]);
        await own.end();
      }
    }));

  test("writes that deadlock are run again and all succeed", () =>
    withPool(async (pool, schema) => {
      const store = postgresMetadata({ pool, schema });
      await store.migrate([sampleStage]);
      let together = 0;
      const crossed = (first: string, second: string): Promise<void> =>
        store.write(async (tx) => {
          await tx.lock(first);
          together += 1;
          for (let tries = 0; together < 2 && tries < 100; tries++) await tx.lock(`${first} again ${tries}`);
          await tx.lock(second);
          await insert(tx, first);
        });
      await Promise.all([crossed("a", "b"), crossed("b", "a")]);
      expect(await ids(store.sql)).toEqual(["a", "b"]);
    }));

  test("a connection lost in the middle of a write rejects it, keeps nothing, and hurts no later write", () =>
    withPool(async (pool, schema) => {
      const store = postgresMetadata({ pool, schema });
      await store.migrate([sampleStage]);
      const write = store.write(async (tx) => {
        await insert(tx, "lost");
        await pool.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where state like 'idle in transaction%'",
        );
        await new Promise((resolve) => setTimeout(resolve, 100));
        await insert(tx, "lost too");
      });
      await expect(write).rejects.toMatchObject({ code: "store/unavailable" });
      await store.write((tx) => insert(tx, "then"));
      expect(await ids(store.sql)).toEqual(["then"]);
    }));

  test("waiting for a connection of an exhausted pool ends at the deadline", () =>
    withPool(async (pool, schema) => {
      const store = postgresMetadata({ pool, schema });
      await store.migrate([sampleStage]);
      const only = await pool.connect();
      await expect(store.write(async () => 1, { deadlineMs: 30 })).rejects.toMatchObject({ code: "metadata/busy" });
      only.release();
      expect(await store.write(async () => 1)).toBe(1);
    }, 1));

  test("a schema that is not a plain name is refused", () =>
    withPool(async (pool) => {
      for (const schema of ["", "a b", 'x"; drop schema public; --', "Upper"]) {
        expect(() => postgresMetadata({ pool, schema })).toThrow(/argument\/invalid/);
      }
    }));
});
