import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { dvcAdd } from "../../../src/interop/dvc/dvc-add.ts";
import { dvcCache } from "../../../src/interop/dvc/dvc-cache.ts";
import { parseDvcFile } from "../../../src/interop/dvc/dvc-file.ts";

const golden = fileURLToPath(new URL("../../golden/dvc/", import.meta.url));

/** The working tree that the golden files were made from, laid out anew. */
async function workingTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-dvc-"));
  const cache = dvcCache({ path: join(golden, "cache") });
  for (const name of ["parts.dvc", "trips.csv.dvc"]) {
    const { outs } = await parseDvcFile(await readFile(join(golden, name), "utf8"), name);
    for (const out of outs) {
      for (const file of await cache.files(out)) {
        await mkdir(dirname(join(folder, file.path)), { recursive: true });
        await writeFile(join(folder, file.path), await cache.read(file));
      }
    }
  }
  return folder;
}

test("the same files make the bytes that DVC wrote: .dvc files, lists and cache", async () => {
  const folder = await workingTree();
  const cache = join(folder, ".dvc/cache");
  const seen: number[] = [];
  await dvcAdd(`${join(folder, "parts")}/`, { cache, onProgress: ({ done }) => seen.push(done) });
  await dvcAdd(join(folder, "trips.csv"), { cache });
  await dvcAdd(join(folder, "trips.csv"), { cache }); // again: nothing changes
  for (const name of ["parts.dvc", "trips.csv.dvc"]) {
    expect(await readFile(join(folder, name), "utf8")).toBe(await readFile(join(golden, name), "utf8"));
  }
  const objects = (await readdir(cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(objects).toHaveLength(10); // nothing temporary is left
  for (const { name, parentPath } of objects) {
    const ours = join(parentPath, name);
    const theirs = join(golden, "cache", ours.slice(cache.length));
    expect((await readFile(ours)).equals(await readFile(theirs))).toBe(true);
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("what cannot be added is named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-dvc-"));
  const cache = join(folder, "cache");
  await mkdir(join(folder, "empty"));
  await mkdir(join(folder, "linked"));
  await symlink("/etc/passwd", join(folder, "linked/passwd"));
  await expect(dvcAdd(join(folder, "empty"), { cache })).rejects.toMatchObject({ code: "argument/invalid" });
  await expect(dvcAdd(join(folder, "linked"), { cache })).rejects.toMatchObject({
    code: "argument/invalid",
    message: expect.stringContaining("passwd"),
  });
  await expect(dvcAdd(join(folder, "missing"), { cache })).rejects.toMatchObject({ code: "io/failed" });
  const signal = AbortSignal.abort(new Error("enough"));
  await writeFile(join(folder, "a"), "a");
  await expect(dvcAdd(join(folder, "a"), { cache, signal })).rejects.toThrow("enough");
  expect(await readdir(folder)).not.toContain("a.dvc");
});
