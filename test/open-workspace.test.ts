import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataset, openWorkspace } from "sluice";
import { makeTable } from "sluice/table";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Workspace } from "../src/workspace.ts";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-open-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The bytes of the blobs of a workspace's folder. */
async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const uses: readonly (readonly [string, (ws: Workspace) => Promise<unknown>])[] = [
  ["data.head", (ws) => ws.data.head("trips")],
  ["changes", (ws) => ws.changes()],
  ["audit", (ws) => ws.audit()],
  ["audit.checkpoint", (ws) => ws.audit.checkpoint()],
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
    expect(await third.verifyAudit()).toMatchObject({ valid: true, events: 0, head: null });
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

test("a version is read part by part, by every name that it has, and compressing it changes no name", () =>
  withFolder(async (folder) => {
    const readings = dataset("readings", { schema: z.object({ at: z.date(), level: z.number() }), eventTime: "at" });
    const at = Float64Array.from({ length: 40_000 }, (_, row) => 1000 * row);
    const rows = makeTable({
      at: { tag: "instant", values: at },
      level: { tag: "f64", values: at.map((ms) => ms % 7) },
    });
    const digests = new Set<string>();
    for (const compression of ["none", "zstd"] as const) {
      const ws = await openWorkspace({ path: join(folder, compression), compression });
      const { digest } = await ws.data.commit(readings, [rows]);
      digests.add(digest);
      let parts = 0;
      let read = 0;
      for await (const part of ws.data.scan("readings@main", { columns: ["level"] })) {
        parts++;
        read += part.rowCount;
      }
      expect({ parts: parts > 1, read }).toEqual({ parts: true, read: 40_000 });
      await ws.close();
      const late = async (): Promise<void> => {
        for await (const _part of ws.data.scan("readings")) expect.fail("a closed workspace reads nothing");
      };
      await expect(late()).rejects.toMatchObject({ code: "workspace/closed" });
    }
    expect(digests.size).toBe(1);
    expect(await bytesBelow(join(folder, "zstd"))).toBeLessThan((await bytesBelow(join(folder, "none"))) / 2);
  }));

test("what is no option of a workspace, or not of its kind, is refused before anything is made", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-misused-"));
  const path = join(folder, "ws");
  const refusal = { name: "SluiceError", code: "argument/invalid" };
  for (const where of [undefined, null, 5, 1n, Symbol("w"), [], { path: 5 }, { path: "" }])
    await expect(openWorkspace(where as never)).rejects.toMatchObject(refusal);
  await expect(openWorkspace({ path, polciy: {} } as never)).rejects.toMatchObject({
    ...refusal,
    fix: 'Did you mean "policy"?',
  });
  for (const name of ["metadata", "blobs", "clock", "logger", "anchors", "sinks", "runtimes", "identity", "actor"])
    for (const value of [null, 5, 1n, true])
      await expect(openWorkspace({ path, [name]: value } as never), name).rejects.toMatchObject({
        ...refusal,
        found: expect.stringContaining(name),
      });
  expect(await readdir(folder)).toEqual([]);
  const ws = await openWorkspace(path);
  for (const [name, listener] of [[5, () => 1] as const, ["run.ended", "log"] as const])
    expect(() => ws.on(name as never, listener as never)).toThrow(/^argument\/invalid/);
  for (const options of [null, 5, { signals: 1 }])
    await expect(ws.tick(options as never)).rejects.toMatchObject(refusal);
  await ws.close();
  await rm(folder, { recursive: true });
});
