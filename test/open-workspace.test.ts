import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorkspace } from "sluice";
import { expect, test } from "vitest";
import type { Workspace } from "../src/workspace.ts";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-open-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const uses: readonly (readonly [string, (ws: Workspace) => Promise<unknown>])[] = [
  ["data.head", (ws) => ws.data.head("trips")],
  ["changes", (ws) => ws.changes()],
  ["audit", (ws) => ws.audit()],
  ["verifyAudit", (ws) => ws.verifyAudit()],
  ["upstream", (ws) => ws.upstream("run:1")],
  ["downstream", (ws) => ws.downstream("run:1")],
  ["tick", (ws) => ws.tick()],
];

test("a path opened twice is one workspace; each is closed by itself, also for methods that were used before", () =>
  withFolder(async (folder) => {
    const first = await openWorkspace(folder);
    const second = await openWorkspace({ path: folder });
    for (const [, use] of uses) await use(first);
    await first.close();
    for (const [name, use] of uses) {
      await expect(use(first), name).rejects.toMatchObject({ code: "workspace/closed" });
      await use(second);
    }
    await second.close();
    await second.close();
    const third = await openWorkspace(folder);
    expect(await third.verifyAudit()).toEqual({ valid: true, events: 0, head: null });
    await third.close();
  }));

test("who only works with data needs no key file, and gets none", () =>
  withFolder(async (folder) => {
    const before = process.env["SLUICE_KEY_FILE"];
    process.env["SLUICE_KEY_FILE"] = join(folder, "a file, not a folder", "key.pem");
    await writeFile(join(folder, "a file, not a folder"), "");
    try {
      const ws = await openWorkspace(join(folder, "workspace"));
      expect(await ws.data.head("trips")).toBeUndefined();
      await ws.close();
    } finally {
      if (before === undefined) delete process.env["SLUICE_KEY_FILE"];
      else process.env["SLUICE_KEY_FILE"] = before;
    }
  }));

test("workspaces opened at the same moment on a new folder all work", () =>
  withFolder(async (folder) => {
    const path = join(folder, "new");
    const opened = await Promise.all(Array.from({ length: 8 }, () => openWorkspace({ path })));
    for (const ws of opened) {
      expect(await ws.data.head("trips")).toBeUndefined();
      await ws.close();
    }
  }));
