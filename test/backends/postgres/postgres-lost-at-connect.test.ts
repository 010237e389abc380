import { once } from "node:events";
import { createServer } from "node:net";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { postgresMetadata } from "../../../src/backends/postgres/postgres-metadata-store.ts";
import { postgresOnline } from "../../../src/backends/postgres/postgres-online-store.ts";
import { postgresQuery } from "../../../src/backends/postgres/postgres-query.ts";

/** A message of Postgres' protocol: its letter, the length, the body. */
function message(letter: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(letter), length, body]);
}

/** A server that takes a connection and ends it in the same breath. */
async function withFleetingServer(work: (pool: pg.Pool) => Promise<void>): Promise<void> {
  const welcome = [message("R", Buffer.alloc(4)), message("Z", Buffer.from("I"))];
  const fields = "SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0";
  const server = createServer((socket) => {
    socket.once("data", () => socket.end(Buffer.concat([...welcome, message("E", Buffer.from(fields))])));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const pool = new pg.Pool({ host: "127.0.0.1", port: address.port, user: "sluice", database: "postgres", ssl: false });
  pool.on("error", () => undefined);
  await work(pool);
  await pool.end();
  server.close();
}

describe("a server that ends just as it has taken a connection is an error of the call, not of the process", () => {
  test("online", () =>
    withFleetingServer(async (pool) => {
      const store = postgresOnline({ pool, timeoutMs: 2000 });
      await expect(store.extent("v")).rejects.toMatchObject({ code: "store/unavailable" });
    }));

  test("metadata", () =>
    withFleetingServer(async (pool) => {
      await expect(postgresMetadata({ pool }).migrate([])).rejects.toMatchObject({ code: "store/unavailable" });
    }));

  test("a query", () =>
    withFleetingServer(async (pool) => {
      const read = async (): Promise<void> => {
        for await (const batch of postgresQuery(pool, "select 1 as id").batches({}))
          throw new Error(`read ${batch.table.rowCount}`);
      };
      await expect(read()).rejects.toMatchObject({ code: "io/failed" });
    }));
});
