import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CamelCasePlugin, type Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore, Migration } from "../../src/contracts/metadata-store.ts";
import { compiledStatement } from "../../src/ledger/compiled-statement.ts";

type Notes = { note: { id: number; text: string; owner: string | null } };

let folder: string;
let metadata: MetadataStore;
let built = 0;

const insertNote = compiledStatement((sql: Kysely<Notes>, id: number, text: string, owner: string | null) => {
  built += 1;
  return sql
    .insertInto("note")
    .values({ id, text, owner })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ text }));
});

const notesOf = compiledStatement((sql: Kysely<Notes>, owner: string, from: number) =>
  sql.selectFrom("note").select("text").where("id", ">=", from).where("owner", "=", owner).orderBy("id").limit(2),
);

describe("a statement compiled once", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-compiled-"));
    metadata = sqliteMetadata({ path: join(folder, "notes.db") });
    const up: Migration["up"] = async (sql) => {
      await sql.schema
        .createTable("note")
        .addColumn("id", "integer", (column) => column.primaryKey())
        .addColumn("text", "text")
        .addColumn("owner", "text")
        .execute();
    };
    await metadata.migrate([{ stage: "notes", migrations: [{ name: "001-notes", up }] }]);
  });
  afterAll(async () => {
    await metadata.close();
    await rm(folder, { recursive: true });
  });

  it("takes each call's own values where they belong, twice in one statement and beside constants", async () => {
    await metadata.write(async (tx) => {
      const sql = tx.sql.withTables<Notes>();
      for (const [id, owner] of [
        [1, "ada"],
        [2, "eve"],
        [3, "ada"],
        [4, "ada"],
        [5, null],
      ] as const)
        await insertNote(sql, id, `note ${id}`, owner);
    });
    await metadata.write(async (tx) => {
      await insertNote(tx.sql.withTables<Notes>(), 3, "changed", "nobody");
    });
    const sql = metadata.sql.withTables<Notes>();
    expect(await notesOf(sql, "ada", 1)).toEqual([{ text: "note 1" }, { text: "changed" }]);
    expect(await notesOf(sql, "ada", 4)).toEqual([{ text: "note 4" }]);
    expect(await notesOf(sql, "eve", 1)).toEqual([{ text: "note 2" }]);
    expect(await sql.selectFrom("note").select("owner").where("id", "in", [3, 5]).orderBy("id").execute()).toEqual([
      { owner: "ada" },
      { owner: null },
    ]);
  });

  it("is built once for all transactions of an engine, and anew for a handle whose plugins rewrite it", async () => {
    const before = built;
    await metadata.write(async (tx) => {
      const sql = tx.sql.withTables<Notes>();
      await insertNote(sql, 10, "ten", null);
      expect(built).toBe(Math.max(before, 1));
      await insertNote(sql.withPlugin(new CamelCasePlugin()), 11, "eleven", null);
    });
    expect(built).toBe(Math.max(before, 1) + 1);
  });

  it("is refused on the handle for reading where it writes, as any other statement is", async () => {
    await expect(insertNote(metadata.sql.withTables<Notes>(), 1, "no", null)).rejects.toMatchObject({
      code: "metadata/read-only",
    });
  });
});
