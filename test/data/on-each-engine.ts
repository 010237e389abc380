import { join } from "node:path";
import pg from "pg";
import { describe } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type WithData, withData } from "./open-data.ts";

/** Runs work with the way to open an empty metadata store, over and over on the same data. */
export type WithMetadata = (work: (open: () => MetadataStore) => Promise<void>) => Promise<void>;

/** Declares the same tests on SQLite and on Postgres, where every use gets a schema of its own. */
export function onEachMetadata(declare: (withMetadata: WithMetadata) => void): void {
  describe("on SQLite", () => {
    declare(async (work) => {
      const path = join(temporaryFolder(), "metadata.sqlite");
      await work(() => sqliteMetadata({ path }));
    });
  });
  describePostgres("on Postgres", (server) => {
    let schemas = 0;
    declare(async (work) => {
      const schema = `data_${schemas++}`;
      const pool = new pg.Pool({ connectionString: server().url, max: 6 });
      try {
        await work(() => postgresMetadata({ pool, schema }));
      } finally {
        await pool.end();
      }
    });
  });
}

/** Declares the same tests with the data stage on SQLite and on Postgres. */
export function onEachEngine(declare: (withData: WithData) => void): void {
  onEachMetadata((withMetadata) => {
    declare((work) => withMetadata((metadata) => withData(work, { metadata })));
  });
}
