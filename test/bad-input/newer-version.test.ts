import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { ingestFlights, openLoop, someFlights } from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { filesBelow, refusal, stateOf } from "./workspace-state.ts";

/** A closed workspace with a dataset in it. */
async function madeWorkspace(): Promise<{ readonly folder: string; readonly path: string; readonly head: string }> {
  const folder = temporaryFolder();
  const ws = await openLoop(folder);
  const head = await ingestFlights(ws, someFlights(300));
  await ws.close();
  return { folder, path: join(folder, "workspace"), head };
}

test("a workspace of a newer format, or with an unreadable one, is refused and left byte for byte as it was", async () => {
  const { folder, path, head } = await madeWorkspace();
  const marker = join(path, "workspace.json");
  const own = readFileSync(marker);
  for (const content of ['{"format":2}', '{"format":99,"new":"thing"}', "{", '{"format":"1"}', '{"format":0}', ""]) {
    writeFileSync(marker, content);
    const before = filesBelow(path);
    const message = await refusal("workspace/newer-version", openLoop(folder));
    expect(message).toContain(path);
    expect(filesBelow(path)).toEqual(before);
  }
  writeFileSync(marker, own);
  const ws = await openLoop(folder);
  expect((await ws.data.head("flights"))?.digest).toBe(head);
  await ws.close();
});

test("metadata of a newer schema is refused, the stage named, and nothing in it is changed", async () => {
  const { folder, path, head } = await madeWorkspace();
  const change = (by: number): void => {
    const database = new DatabaseSync(join(path, "metadata.sqlite"));
    database.prepare("update sluice_migrations set version = version + ? where stage = 'registry'").run(by);
    database.close();
  };
  change(1);
  const before = filesBelow(path);
  const message = await refusal("metadata/newer-schema", openLoop(folder));
  expect(message).toContain("registry");
  expect(filesBelow(path)).toEqual(before);
  change(-1);
  const ws = await openLoop(folder);
  expect(await stateOf(ws, path)).toMatchObject({ heads: [head], versions: [2] });
  await ws.close();
});
