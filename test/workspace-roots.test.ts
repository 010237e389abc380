import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fsBlobs } from "../src/backends/fs/fs-blob-store.ts";
import { sqliteMetadata } from "../src/backends/sqlite/sqlite-metadata-store.ts";
import { openWorkspace } from "../src/index.ts";
import { namingColumns } from "../src/workspace-roots.ts";
import { liveThroughEverything } from "./schemas/busy-workspace.ts";
import { rowsOf, sql } from "./support/edit-store.ts";

/** Of the data stage, which looks after itself, and of the ledger, which only records. */
const own = /^(data_|audit_|changes$|sluice_|lineage_edges$)/;

test("garbage collection in a workspace that has lived removes nothing that anything names", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-roots-"));
  await liveThroughEverything(folder);
  const metadata = sqliteMetadata({ path: `${folder}/workspace/metadata.sqlite` });
  const blobs = fsBlobs({ path: `${folder}/workspace/blobs` });
  const named = new Set<string>();
  const columns = new Set<string>();
  const tables = await rowsOf(metadata, sql`select name from sqlite_master where type = 'table'`);
  for (const { name } of tables.filter((table) => !own.test(String(table["name"]))))
    for (const row of await rowsOf(metadata, sql`select * from ${sql.table(String(name))}`))
      for (const [column, value] of Object.entries(row))
        for (const [digest] of String(value).matchAll(/sha256:[0-9a-f]{64}/g))
          if (await blobs.has(digest as `sha256:${string}`)) {
            named.add(digest);
            columns.add(`${name}.${column}`);
          }
  expect(named.size).toBeGreaterThan(5);
  const known = Object.entries(namingColumns).flatMap(([table, list]) => list.map((column) => `${table}.${column}`));
  expect([...columns].filter((column) => !known.includes(column))).toEqual([]);
  await metadata.close();

  const ws = await openWorkspace({ path: `${folder}/workspace` });
  const before = (await ws.data.read("flights")).rowCount;
  const result = await ws.data.gc({ graceMs: 0 });
  expect(result.kept).toBeGreaterThan(named.size);
  for (const digest of named) expect(await blobs.has(digest as `sha256:${string}`), digest).toBe(true);
  expect((await ws.data.read("flights")).rowCount).toBe(before);
  await ws.close();
  rmSync(folder, { recursive: true, force: true });
});
