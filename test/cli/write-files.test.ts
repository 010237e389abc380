import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { writeFiles } from "../../src/cli/write-files.ts";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-write-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("what was written before an error is taken away, in a new folder and in one that was empty", async () => {
  const parent = newFolder();
  mkdirSync(join(parent, "empty"));
  for (const name of ["new/below", "empty"]) {
    async function* broken(): AsyncGenerator<string> {
      yield "half";
      expect(readdirSync(join(parent, name), { recursive: true })).toContain("first.txt");
      throw new RangeError("stopped");
    }
    const failing = writeFiles(join(parent, name), async (write) => {
      await write({ path: "first.txt", pieces: ["a", "b"] });
      await write({ path: "deep/er/second.txt", pieces: broken() });
    });
    await expect(failing).rejects.toThrow(RangeError);
  }
  expect(readdirSync(parent, { recursive: true })).toEqual(["empty"]);
});

test("an error of the disk is told as one", async () => {
  const folder = join(newFolder(), "out");
  const clash = writeFiles(folder, async (write) => {
    await write({ path: "a", pieces: ["text"] });
    await write({ path: "a/b", pieces: ["text"] });
  });
  await expect(clash).rejects.toMatchObject({ code: "io/failed" });
});
