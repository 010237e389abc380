import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { openWorkspace, rowsSource } from "../../src/index.ts";
import { flights, ingestFlights, openLoop, someFlights } from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { refusal, stateOf } from "./workspace-state.ts";

const holdLock = `
  import { DatabaseSync } from "node:sqlite";
  const database = new DatabaseSync(process.argv[1]);
  database.exec("begin immediate");
  process.stdout.write("held");
  process.stdin.resume().on("end", () => { database.exec("rollback"); database.close(); });
`;

/** Another process that holds the file's write lock until it is told to let go. */
async function lockHolder(path: string): Promise<() => Promise<void>> {
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", holdLock, path];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  return async () => {
    child.stdin.end();
    await ended;
  };
}

/** The store with less patience than the usual 30 s. */
function impatient(store: MetadataStore): MetadataStore {
  return {
    capabilities: store.capabilities,
    sql: store.sql,
    write: (work, options) => store.write(work, { deadlineMs: 300, ...options }),
    migrate: (stages) => store.migrate(stages),
    close: () => store.close(),
  };
}

test("a database that another process holds beyond the deadline is metadata/busy; reads go on; nothing is lost or half written", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "workspace");
  const first = await openLoop(folder);
  await ingestFlights(first, someFlights(300));
  await first.close();
  const metadata = impatient(sqliteMetadata({ path: join(path, "metadata.sqlite") }));
  const ws = await openWorkspace({ path, metadata });
  const { blobs: _blobs, ...before } = await stateOf(ws, path);
  const release = await lockHolder(join(path, "metadata.sqlite"));
  const batch = rowsSource(someFlights(400).slice(300));
  const started = performance.now();
  expect(await refusal("metadata/busy", ws.data.ingest(flights, batch))).toContain("300");
  expect(performance.now() - started).toBeGreaterThan(250);
  await refusal(
    "metadata/busy",
    ws.experiments.run("delay", {}, async () => 1),
  );
  const { blobs: _more, ...meanwhile } = await stateOf(ws, path);
  expect(meanwhile).toEqual(before);
  await release();
  expect(await ws.data.ingest(flights, batch)).toMatchObject({ outcome: "committed", version: { rows: 400 } });
  expect(await stateOf(ws, path)).toMatchObject({ versions: [3], auditEvents: before.auditEvents + 1 });
  await ws.close();
  await metadata.close();
});
