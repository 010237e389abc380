import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { metadataContract } from "../../src/testing/metadata-contract.ts";
import { ids, insert, sampleStage } from "../../src/testing/metadata-subject.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("metadata contract on SQLite", () => {
  for (const { name, run } of metadataContract) {
    test(name, async () => {
      const path = join(temporaryFolder(), "deep/er/metadata.db");
      const another = (): MetadataStore => sqliteMetadata({ path });
      const store = another();
      await run({ store, another });
      await store.close();
    });
  }
});

test("a path that is not a file's is refused", () => {
  for (const path of ["", ":memory:", "file:x?mode=memory"]) {
    expect(() => sqliteMetadata({ path })).toThrow(/argument\/invalid/);
  }
});

test("a file that is no database is an error that names it, and is left as it was", async () => {
  const path = join(temporaryFolder(), "metadata.db");
  writeFileSync(path, "this is not a database ".repeat(500));
  const store = sqliteMetadata({ path });
  await expect(store.migrate([sampleStage])).rejects.toMatchObject({
    code: "metadata/failed",
    message: expect.stringContaining(path),
  });
  await store.close();
});

test("a folder in the file's place is io/failed", async () => {
  const path = temporaryFolder();
  const store = sqliteMetadata({ path });
  await expect(store.write(async () => 1)).rejects.toMatchObject({ code: "io/failed" });
  await store.close();
});

test("a new file that another connection is writing to, not yet in WAL mode, is opened once it is free", async () => {
  const path = join(temporaryFolder(), "metadata.db");
  const other = new DatabaseSync(path);
  other.exec("begin immediate; create table theirs (x integer)");
  const store = sqliteMetadata({ path });
  const migrated = store.migrate([sampleStage]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  other.exec("commit");
  other.close();
  await migrated;
  await store.write((tx) => insert(tx, "kept"));
  expect(await ids(store.sql)).toEqual(["kept"]);
  await store.close();
});

test("a full database is io/disk-full; nothing of that write is kept and the next one works", async () => {
  const store = sqliteMetadata({ path: join(temporaryFolder(), "metadata.db") });
  await store.migrate([sampleStage]);
  await store.write((tx) => insert(tx, "before"));
  await store.write((tx) => sql`pragma max_page_count = 20`.execute(tx.sql));
  const big = store.write(async (tx) => {
    await insert(tx, "big", { body: new Uint8Array(500_000) });
  });
  await expect(big).rejects.toMatchObject({ code: "io/disk-full" });
  expect(await ids(store.sql)).toEqual(["before"]);
  await store.write((tx) => insert(tx, "small"));
  expect(await ids(store.sql)).toEqual(["before", "small"]);
  await store.close();
});

test("commits are durable: full synchronisation and a write-ahead log", async () => {
  const store = sqliteMetadata({ path: join(temporaryFolder(), "metadata.db") });
  const [mode, synchronous] = await store.write(async (tx) => [
    (await sql<{ journal_mode: string }>`pragma journal_mode`.execute(tx.sql)).rows[0],
    (await sql<{ synchronous: number }>`pragma synchronous`.execute(tx.sql)).rows[0],
  ]);
  expect([mode, synchronous]).toEqual([{ journal_mode: "wal" }, { synchronous: 2 }]);
  await store.close();
});

test("writers of one process come in the order they asked", async () => {
  const store = sqliteMetadata({ path: join(temporaryFolder(), "metadata.db") });
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      store.write(async () => {
        order.push(i);
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 30 }, (_, i) => i));
  await store.close();
});
