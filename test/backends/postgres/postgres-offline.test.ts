import pg from "pg";
import { expect, test } from "vitest";
import { postgresOffline } from "../../../src/backends/postgres/postgres-offline-store.ts";
import type { OfflineStore } from "../../../src/contracts/offline-store.ts";
import type { Table } from "../../../src/table/table.ts";
import { offlineContract } from "../../../src/testing/offline-contract.ts";
import { rowsOf, scanned } from "../../../src/testing/offline-rows.ts";
import { agreesWithOracle } from "../../../src/testing/point-in-time-oracle.ts";
import { describePostgres } from "../../support/postgres-server.ts";

describePostgres("offline contract on Postgres", (server) => {
  let schemas = 0;
  const withStore = async (
    run: (store: OfflineStore, pool: pg.Pool, schema: string) => Promise<void>,
  ): Promise<void> => {
    const pool = new pg.Pool({ connectionString: server().url, max: 4 });
    pool.on("error", () => undefined);
    schemas += 1;
    const schema = `offline_${schemas}`;
    const store = postgresOffline({ pool, schema });
    try {
      await run(store, pool, schema);
      await store.close();
      expect(pool.waitingCount).toBe(0);
      expect(pool.idleCount).toBe(pool.totalCount);
    } finally {
      await pool.end();
    }
  };
  const numbers = (...values: number[]): Table =>
    rowsOf(
      { v: "f64" },
      values.map((value) => [value]),
    );

  for (const { name, run } of offlineContract) test(name, () => withStore(run));

  test(
    "Postgres equals the rule read literally on random histories",
    () => withStore(async (store) => await agreesWithOracle(store, "postgres", 90)),
    60_000,
  );

  test("appends of several stores to one new source come one after the other, each whole", () =>
    withStore(async (store, pool, schema) => {
      const others = [store, postgresOffline({ pool, schema }), postgresOffline({ pool, schema })];
      await Promise.all(others.map((one, i) => one.append("s", [numbers(i, i), numbers(i)])));
      const rows = (await scanned(store, "s", ["v"])).flat().map(Number);
      expect(rows.toSorted()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
      for (let at = 0; at < 9; at += 3) expect(new Set(rows.slice(at, at + 3)).size).toBe(1);
    }));

  test("a connection lost in the middle of an append rejects it and keeps nothing; the next one succeeds", () =>
    withStore(async (store, pool, schema) => {
      await store.append("s", numbers(1));
      const holder = await pool.connect();
      await holder.query(`begin; select from ${schema}.sluice_offline_source where source = 's' for update`);
      const appending = store.append("s", numbers(2, 3));
      const rejected = expect(appending).rejects.toMatchObject({ code: "store/unavailable" });
      for (let ended = 0; ended === 0; ) {
        const { rowCount } = await pool.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'",
        );
        ended = rowCount ?? 0;
      }
      await rejected;
      await holder.query("rollback");
      holder.release();
      await store.append("s", numbers(4));
      expect(await scanned(store, "s", ["v"])).toEqual([[1], [4]]);
    }));

  test("a scan gives the rows of its beginning, and holds no connection between batches", () =>
    withStore(async (store, pool) => {
      await store.append("s", { ...numbers(...Array.from({ length: 25_000 }, (_, i) => i)) });
      let rows = 0;
      for await (const part of store.scan("s", ["v"])) {
        expect(pool.idleCount).toBe(pool.totalCount);
        await store.append("s", numbers(-1));
        rows += part.rowCount;
      }
      expect(rows).toBe(25_000);
    }));

  test("a role that may only read joins and scans", () =>
    withStore(async (store, pool, schema) => {
      await store.append("s", rowsOf({ time: "instant", v: "f64" }, [[1, 7]]));
      await pool.query(`create role reader login; grant usage on schema ${schema} to reader`);
      await pool.query(`grant select on all tables in schema ${schema} to reader`);
      const readerPool = new pg.Pool({ connectionString: server().url.replace("sluice@", "reader@") });
      const reader = postgresOffline({ pool: readerPool, schema });
      const spine = rowsOf({ at: "instant" }, [[3]]);
      const request = { source: "s", spine, at: "at", keys: [], eventTime: "time", columns: ["v"] };
      expect([...(await reader.pointInTimeJoin(request)).matched]).toEqual([1]);
      expect(await scanned(reader, "s", ["v"])).toEqual([[7]]);
      await expect(reader.append("s", numbers(1))).rejects.toMatchObject({ code: "io/failed" });
      await readerPool.end();
    }));

  test("a host's own parsers of types have no say", () =>
    withStore(async (store, _, schema) => {
      await store.append("s", rowsOf({ l: "i64", b: "bool", f: "f64" }, [[2n ** 53n + 1n, true, -0]]));
      const types = { getTypeParser: () => (text: string) => text };
      const strange = new pg.Pool({ connectionString: server().url, types });
      const other = postgresOffline({ pool: strange, schema });
      try {
        expect(await scanned(other, "s", ["l", "b", "f"])).toEqual([[2n ** 53n + 1n, true, -0]]);
      } finally {
        await strange.end();
      }
    }));

  test("a schema that is not a plain name is refused, and so is a use after close", () =>
    withStore(async (store, pool) => {
      expect(() => postgresOffline({ pool, schema: 'x"; --' })).toThrow(/argument\/invalid/);
      await store.close();
      await expect(store.has("s")).rejects.toMatchObject({ code: "workspace/closed" });
    }));
});
