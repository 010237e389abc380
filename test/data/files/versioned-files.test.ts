import { mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderFiles } from "../../../src/backends/fs/folder-files.ts";
import type { FileEntry, FileSource } from "../../../src/contracts/file-source.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { withData } from "../open-data.ts";

const long = new Date(Date.now() - 3_600_000);

async function write(folder: string, path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), text);
  await utimes(join(folder, path), long, long);
}

/** The same files, as if nothing had been touched for a while. */
function settled(source: FileSource): FileSource {
  const stampOf = (entry: FileEntry): string => `${entry.sizeBytes}:${entry.path}`;
  return {
    uri: source.uri,
    entries: async function* (options) {
      for await (const entry of source.entries(options)) yield { ...entry, stamp: stampOf(entry) };
    },
  };
}

test("files are versioned, told apart, merged by path and kept by garbage collection; unchanged ones are not read", () =>
  withData(async ({ data }) => {
    const folder = temporaryFolder();
    await write(folder, "cats/1.png", "one");
    await write(folder, "cats/2.png", "two");
    await write(folder, "model.bin", "weights");
    const files = settled(folderFiles(folder));
    const first = await data.commitFiles("images", files, { message: "first" });
    expect(first.rows).toBe(3);
    expect((await data.files("images")).map(({ path }) => path)).toEqual(["cats/1.png", "cats/2.png", "model.bin"]);
    expect(await data.status("images", files)).toEqual({
      added: [],
      removed: [],
      changed: [],
      unchanged: 3,
      bytesRead: 0,
    });
    expect((await data.commitFiles("images", files)).digest).toBe(first.digest);
    expect(await data.log("images")).toHaveLength(1);
    await data.branch("images", "exp");
    await write(folder, "cats/2.png", "changed");
    await rm(join(folder, "model.bin"));
    await write(folder, "dogs/1.png", "dog");
    expect(await data.status("images", files)).toEqual({
      added: ["dogs/1.png"],
      removed: ["model.bin"],
      changed: ["cats/2.png"],
      unchanged: 1,
      bytesRead: 10,
    });
    await data.commitFiles("images", files, { branch: "exp" });
    expect((await data.diff("images", "images@exp")).rows).toMatchObject({ added: 1, removed: 1, changed: 1 });
    expect((await data.merge({ dataset: "images", from: "exp" })).outcome).toBe("fast-forward");
    expect(await data.gc({ graceMs: 0 })).toMatchObject({ young: 0 });
    for (const version of ["images", first.digest])
      for (const { path } of await data.files(version)) await data.file(version, path);
    expect(new TextDecoder().decode(await data.file("images", "cats/2.png"))).toBe("changed");
    await expect(data.file("images", "nope")).rejects.toMatchObject({ code: "data/version-not-found" });
  }));

test("a file that was just written has no stamp to rely on: it is read again", async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, "a"), "1");
  for await (const { stamp } of folderFiles(folder).entries()) expect(stamp).toBeUndefined();
});

test("links, and names that leave the folder or that not every system can hold apart, are refused; nothing is committed", () =>
  withData(async ({ data }) => {
    const folder = temporaryFolder();
    await symlink("/etc/passwd", join(folder, "link"));
    await expect(data.commitFiles("images", folderFiles(folder))).rejects.toMatchObject({ code: "data/invalid-path" });
    const named = (paths: readonly string[]): FileSource => ({
      uri: "memory:files",
      entries: async function* () {
        for (const path of paths)
          yield { path, kind: "file", sizeBytes: 1, stamp: undefined, read: async () => new Uint8Array(1) } as const;
      },
    });
    for (const paths of [
      ["../x"],
      ["a/../../x"],
      ["/etc/x"],
      ["C:/x"],
      ["a\\b"],
      ["a//b"],
      ["./a"],
      [""],
      ["a\0b"],
      ["a\nb"],
      ["\ud800"],
      ["a", "a"],
      ["Cat.png", "cat.png"],
      ["\u00e9", "e\u0301"],
    ])
      await expect(data.commitFiles("images", named(paths)), JSON.stringify(paths)).rejects.toMatchObject({
        code: "data/invalid-path",
      });
    expect(await data.head("images")).toBeUndefined();
  }));
