import pg from "pg";
import { expect, test } from "vitest";
import { memoryVectors } from "../../../src/backends/memory/memory-vector-store.ts";
import { postgresVectors } from "../../../src/backends/postgres/postgres-vector-store.ts";
import { vectorContract } from "../../../src/testing/vector-contract.ts";
import { batchOf, clusteredVectors, keysNear, spaceOf } from "../../../src/testing/vector-rows.ts";
import { describePgvector } from "../../support/pgvector-server.ts";
import { describePostgres } from "../../support/postgres-server.ts";

describePgvector("vector contract on pgvector", (server) => {
  let schemas = 0;
  const withPool = async (run: (pool: pg.Pool, schema: string) => Promise<void>, config: pg.PoolConfig = {}) => {
    const pool = new pg.Pool({ connectionString: server().url, ...config });
    pool.on("error", () => undefined);
    schemas += 1;
    try {
      await run(pool, `vectors_${schemas}`);
    } finally {
      await pool.end();
    }
  };

  for (const { name, run } of vectorContract) {
    test(name, { timeout: 240_000 }, () =>
      withPool(async (pool, schema) => {
        const store = postgresVectors({ pool, schema, timeoutMs: 60_000 });
        await run(store);
        await store.close();
        await expect(store.drop("v")).rejects.toMatchObject({ code: "workspace/closed" });
        expect(pool.idleCount).toBe(pool.totalCount);
      }),
    );
  }

  const many = clusteredVectors("many", 3000, 16);
  const space = spaceOf("many", 16);
  const batch = {
    keys: Array.from({ length: 3000 }, (_, row) => `k${row}`),
    vectors: many,
    eventTimeMs: Float64Array.from({ length: 3000 }, (_, row) => row + 0.1),
    knownTimeMs: Float64Array.from({ length: 3000 }, (_, row) => row + 0.2),
  };

  test("each metric with a graph reads it, a filter by keys does not; all answer with the bits of the exact store", () =>
    withPool(
      async (pool, schema) => {
        const approximate = ["cosine", "dot", "euclidean"] as const;
        const store = postgresVectors({ pool, schema, approximate, timeoutMs: 60_000, expansionSearch: 500 });
        const exact = memoryVectors();
        for (const one of [store, exact]) await one.put(space, batch);
        await pool.query("analyze");
        const vectors = clusteredVectors("query", 1, 16);
        const scans = async (): Promise<number> => {
          await pool.query("select pg_stat_force_next_flush()");
          const { rows } = await pool.query(
            `select coalesce(sum(idx_scan), 0)::int as scans from pg_stat_user_indexes where schemaname = $1 and indexrelname like '%vector%idx%'`,
            [schema],
          );
          return rows[0].scans;
        };
        for (const metric of approximate) {
          const before = await scans();
          const query = { vectors, k: 5, metric };
          expect(await store.search(space, query), metric).toEqual(await exact.search(space, query));
          expect(await scans(), metric).toBe(before + 1);
          const some = { ...query, among: ["k7", "k8", "none"] };
          expect(await store.search(space, some)).toEqual(await exact.search(space, some));
          expect(await scans()).toBe(before + 1);
        }
      },
      { max: 1, options: "-c extra_float_digits=-15 -c bytea_output=escape" },
    ));

  test("vectors outlive the store; more numbers than a graph takes are searched exactly", () =>
    withPool(async (pool, schema) => {
      const wide = spaceOf("wide", 2100);
      const vectors = clusteredVectors("wide", 20, 2100);
      const times = new Float64Array(20);
      const first = postgresVectors({ pool, schema });
      await first.put(wide, { keys: batch.keys.slice(0, 20), vectors, eventTimeMs: times, knownTimeMs: times });
      await first.close();
      const second = postgresVectors({ pool, schema });
      const query = { vectors: vectors.subarray(0, 2100), k: 1, metric: "cosine" } as const;
      expect((await second.search(wide, query))[0]?.keys).toEqual(["k0"]);
    }));

  test("writers of the same new space in opposite orders all end, and the newest stays", () =>
    withPool(async (pool, schema) => {
      const stores = [0, 1, 2, 3].map(() => postgresVectors({ pool, schema }));
      const keys = Array.from({ length: 300 }, (_, i) => `k${i}`);
      await Promise.all(
        stores.map(async (store, writer) => {
          const own = writer % 2 === 0 ? keys : keys.toReversed();
          await store.put(spaceOf("raced"), batchOf(...own.map((key) => [key, [writer, 1], writer] as const)));
        }),
      );
      const [found] = await postgresVectors({ pool, schema }).search(spaceOf("raced"), {
        vectors: Float64Array.of(0, 1),
        k: 300,
        metric: "euclidean",
      });
      expect(new Set(found?.scores)).toEqual(new Set([3]));
      expect(found?.keys).toEqual(keys.toSorted());
    }));

  test("a role that may not create the extension is told who may; where it is there, that role needs no more", () =>
    withPool(async (pool, schema) => {
      await pool.query("create database plain");
      await pool.query("create role guest login");
      const url = new URL(server().url);
      url.pathname = "/plain";
      const admin = new pg.Pool({ connectionString: url.href });
      url.username = "guest";
      const guest = new pg.Pool({ connectionString: url.href });
      await admin.query(`create schema ${schema} authorization guest`);
      const store = postgresVectors({ pool: guest, schema });
      await expect(store.size(spaceOf())).rejects.toMatchObject({
        code: "optional-dependency/missing",
        fix: 'Have a role that may run it once in this database: "create extension vector".',
      });
      await admin.query("create schema extensions; grant usage on schema extensions to guest");
      await admin.query("create extension vector schema extensions");
      await store.put(spaceOf(), batchOf(["a", [1, 0]]));
      expect(await keysNear(store, [1, 0])).toBe("a");
      await admin.end();
      await guest.end();
    }));

  test("options out of bounds are refused", () => {
    const pool = new pg.Pool();
    for (const wrong of [{ connectivity: 1 }, { expansionAdd: 31 }, { expansionSearch: 1001 }, { timeoutMs: 0 }])
      expect(() => postgresVectors({ pool, ...wrong })).toThrow(expect.objectContaining({ code: "argument/invalid" }));
  });
});

describePostgres("a Postgres without pgvector", (server) => {
  test("is refused at the first use, saying how to get it", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    try {
      await expect(postgresVectors({ pool }).put(spaceOf(), batchOf(["a", [1, 0]]))).rejects.toMatchObject({
        code: "optional-dependency/missing",
        fix: expect.stringContaining("apt-get install postgresql-<version>-pgvector"),
      });
    } finally {
      await pool.end();
    }
  });
});
