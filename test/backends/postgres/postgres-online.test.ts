import pg from "pg";
import { expect, test } from "vitest";
import { postgresOnline } from "../../../src/backends/postgres/postgres-online-store.ts";
import { onlineContract } from "../../../src/testing/online-contract.ts";
import { eventsOf, readEventRows } from "../../../src/testing/online-events.ts";
import { describePostgres } from "../../support/postgres-server.ts";

describePostgres("online contract on Postgres", (server) => {
  let schemas = 0;
  const withPool = async (
    run: (pool: pg.Pool, schema: string) => Promise<void>,
    config: pg.PoolConfig = {},
  ): Promise<void> => {
    const pool = new pg.Pool({ connectionString: server().url, ...config });
    pool.on("error", () => undefined);
    schemas += 1;
    try {
      await run(pool, `online_${schemas}`);
    } finally {
      await pool.end();
    }
  };

  for (const { name, run } of onlineContract) {
    test(name, () =>
      withPool(async (pool, schema) => {
        const store = postgresOnline({ pool, schema });
        await run(store);
        await store.close();
        expect((await pool.query(`select coalesce(max(id), 0) < 3 as few from ${schema}.online_view`)).rows).toEqual([
          { few: true },
        ]);
        await expect(store.extent("v")).rejects.toMatchObject({ code: "workspace/closed" });
        expect(pool.waitingCount).toBe(0);
        expect(pool.idleCount).toBe(pool.totalCount);
      }),
    );
  }

  test("settings of the session change nothing: rounded floats, escaped bytes", () =>
    withPool(
      async (pool) => {
        const store = postgresOnline({ pool });
        const row = { key: "k", eventTimeMs: 1.1 + 2 ** 40, knownTimeMs: 0.1, bytes: Uint8Array.of(0, 92, 255) };
        await store.writeRows("v", [row]);
        const [found] = await store.readRows("v", ["k"]);
        expect({ ...found, bytes: [...(found?.bytes ?? [])] }).toEqual({ ...row, bytes: [0, 92, 255] });
        await store.trimEvents("v", 0.1 + 2 ** 40, { keepLatest: false });
        expect((await store.extent("v")).keptFromMs).toBe(0.1 + 2 ** 40);
      },
      { options: "-c extra_float_digits=-15 -c bytea_output=escape" },
    ));

  test("writers of the same rows and events in opposite orders all end, and the newest stays", () =>
    withPool(async (pool, schema) => {
      const stores = [0, 1, 2, 3].map(() => postgresOnline({ pool, schema }));
      const keys = Array.from({ length: 200 }, (_, i) => `k${i}`);
      const events = keys.map((key, i) => [key, i, i, i, i] as const);
      const added = await Promise.all(
        stores.map(async (store, writer) => {
          let count = 0;
          for (let round = 0; round < 10; round++) {
            const own = (round + writer) % 2 === 0 ? keys : keys.toReversed();
            const time = { eventTimeMs: round, knownTimeMs: writer };
            await store.writeRows(
              "v",
              own.map((key) => ({ key, ...time, bytes: Uint8Array.of(round, writer) })),
            );
            count += await store.appendEvents("v", eventsOf(...(writer % 2 === 0 ? events : events.toReversed())));
          }
          return count;
        }),
      );
      expect(added.reduce((sum, count) => sum + count)).toBe(200);
      const rows = await postgresOnline({ pool, schema }).readRows("v", keys);
      expect(new Set(rows.map((row) => row?.bytes.join(",")))).toEqual(new Set(["9,3"]));
    }));

  test("a call under way ends with its signal's reason at once; its connection is given up, the store goes on", () =>
    withPool(async (pool, schema) => {
      const store = postgresOnline({ pool, schema });
      await store.appendEvents("v", eventsOf(["k", 1, 1, 1, 1]));
      const locking = await pool.connect();
      await locking.query(`begin; lock table ${schema}.online_view, ${schema}.online_event in access exclusive mode`);
      const stop = new AbortController();
      const call = { signal: stop.signal };
      const calls = [
        () => store.readRows("v", ["k"], call),
        () => store.readEvents("v", ["k"], 0, call),
        () => store.extent("v", call),
        () => store.writeRows("v", [], call),
        () => store.appendEvents("v", eventsOf(["k", 2, 2, 2, 2]), call),
        () => store.trimEvents("v", 0, { keepLatest: false, ...call }),
        () => store.dropView("v", call),
      ].map((run) => run().catch((error: unknown) => error));
      const reason = new Error("enough");
      setTimeout(() => stop.abort(reason), 100);
      const startMs = performance.now();
      expect(new Set(await Promise.all(calls))).toEqual(new Set([reason]));
      expect(performance.now() - startMs).toBeLessThan(3000);
      await locking.query("commit");
      locking.release();
      expect(await readEventRows(store, "v", "k", 0)).toEqual([[1, 1, 1, 1]]);
      expect(pool.waitingCount).toBe(0);
    }));

  test("a role without rights on the schema uses tables that are there; without rights on them it is told so", () =>
    withPool(async (pool, schema) => {
      await postgresOnline({ pool, schema }).writeRows("v", [
        { key: "k", eventTimeMs: 1, knownTimeMs: 1, bytes: Uint8Array.of(1) },
      ]);
      await pool.query(`create role reader_${schema} login; grant usage on schema ${schema} to reader_${schema};
        grant select on all tables in schema ${schema} to reader_${schema}`);
      const url = server().url.replace("sluice@", `reader_${schema}@`);
      const readers = new pg.Pool({ connectionString: url });
      const reader = postgresOnline({ pool: readers, schema });
      expect((await reader.readRows("v", ["k"]))[0]?.bytes[0]).toBe(1);
      await expect(reader.writeRows("v", [])).rejects.toMatchObject({
        code: "io/failed",
        message: expect.stringContaining("permission denied"),
      });
      await readers.end();
    }));
});
