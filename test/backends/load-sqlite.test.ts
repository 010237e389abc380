import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

test("a runtime without SQLite is told which one has it, by the metadata store and by the online store", async () => {
  const folder = temporaryFolder();
  const code = `
    const { sqliteMetadata } = await import(${source("backends/sqlite/sqlite-metadata-store.ts")});
    const { sqliteOnline } = await import(${source("backends/sqlite/sqlite-online-store.ts")});
    const metadata = sqliteMetadata({ path: ${JSON.stringify(join(folder, "metadata.db"))} });
    const online = sqliteOnline({ path: ${JSON.stringify(join(folder, "online.db"))} });
    for (const work of [() => metadata.migrate([]), () => online.extent("view")])
      try { await work(); console.log("answered"); } catch (error) { console.log(error.code, error.message); }`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--no-experimental-sqlite", "--input-type=module", "--eval", code]);
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines)
    expect(line).toMatch(/^optional-dependency\/missing .*no node:sqlite in this runtime.*Node 22\.18 or newer/);
});
