import { mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderFiles } from "../../../src/backends/fs/folder-files.ts";
import type { FileEntry, FileSource } from "../../../src/contracts/file-source.ts";
import { filesTable, filesTarget } from "../../../src/data/files/file-tree.ts";
import { makeTable } from "../../../src/table/table.ts";
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

/** Names that would lead out of a folder, on one system or another. */
const outside = [
  "../x",
  "a/../../x",
  "/etc/x",
  "C:/x",
  "C:x",
  "C:\\x",
  "\\\\server\\x",
  "a\\..\\..\\x",
  "a\\b",
  "a//b",
  "a/",
  "./a",
  "a/.",
  ".. /x",
  "a/.../x",
  "",
  "a\0b",
  "a\nb",
  "\ud800",
];

test("links, and names that leave the folder or that not every system can hold apart, are refused; nothing is committed", () =>
  withData(async ({ data }) => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    await write(elsewhere, "secret.txt", "secret");
    for (const target of ["/etc/passwd", elsewhere, join(folder, "none")]) {
      await symlink(target, join(folder, "link"));
      await expect(data.commitFiles("images", folderFiles(folder))).rejects.toMatchObject({
        code: "data/invalid-path",
        found: expect.stringContaining('"link", which is a link'),
      });
      await expect(data.status("images", folderFiles(folder))).rejects.toMatchObject({ code: "data/invalid-path" });
      await rm(join(folder, "link"));
    }
    await write(folder, "a\\b", "one file here, two steps elsewhere");
    await expect(data.commitFiles("images", folderFiles(folder))).rejects.toMatchObject({ code: "data/invalid-path" });
    const named = (paths: readonly string[]): FileSource => ({
      uri: "memory:files",
      entries: async function* () {
        for (const path of paths)
          yield { path, kind: "file", sizeBytes: 1, stamp: undefined, read: async () => new Uint8Array(1) } as const;
      },
    });
    const pairs = [
      ["a", "a"],
      ["Cat.png", "cat.png"],
      ["\u00e9", "e\u0301"],
    ];
    for (const paths of [...outside.map((path) => [path]), ...pairs])
      await expect(data.commitFiles("images", named(paths)), JSON.stringify(paths)).rejects.toMatchObject({
        code: "data/invalid-path",
      });
    expect(await data.head("images")).toBeUndefined();
  }));

test("a version of another writer whose paths lead out of a folder, occur twice or name no blob is refused on reading", () =>
  withData(async ({ data, repository, blobs }) => {
    const { digest } = await blobs.put(new TextEncoder().encode("evil"));
    const commit = async (paths: readonly string[], of: string = digest): Promise<void> => {
      const { columns } = filesTable(paths.map((path) => ({ path, digest, sizeBytes: 4 })));
      const digests = { tag: "utf8", values: new Int32Array(paths.length), dictionary: [of] } as const;
      const files = makeTable({ ...columns, digest: digests });
      const prepared = await repository.prepare(filesTarget("foreign"), [files], { parent: undefined, checks: [] });
      const expectedTip = (await repository.tip("foreign"))?.id;
      expect(await repository.publish([{ prepared, expectedTip, blobs: [digest] }])).toBe("published");
    };
    // A lone surrogate cannot be stored: it would come back as another character.
    for (const path of outside.filter((name) => name.isWellFormed())) {
      await commit(["good.txt", path]);
      for (const name of [undefined, "good.txt", path])
        await expect(
          name === undefined ? data.files("foreign") : data.file("foreign", name),
          JSON.stringify(path),
        ).rejects.toMatchObject({
          code: "data/invalid-path",
          found: expect.stringMatching(/in dataset "foreign", version sha256:/),
        });
      await expect(data.status("foreign", folderFiles(temporaryFolder()))).rejects.toMatchObject({
        code: "data/invalid-path",
      });
    }
    await commit(["a", "a"]);
    await expect(data.files("foreign")).rejects.toMatchObject({ code: "data/invalid-path" });
    await commit(["a"], "../../etc/passwd");
    await expect(data.file("foreign", "a")).rejects.toMatchObject({ code: "data/malformed-source" });
    await commit(["good.txt"]);
    expect(new TextDecoder().decode(await data.file("foreign", "good.txt"))).toBe("evil");
  }));

test("a merge that would bring names together which differ only by case is refused, and changes nothing", () =>
  withData(async ({ data }) => {
    const folder = temporaryFolder();
    await write(folder, "dog.png", "dog");
    await data.commitFiles("images", folderFiles(folder));
    await data.branch("images", "exp");
    await write(folder, "cat.png", "a cat");
    await data.commitFiles("images", folderFiles(folder), { branch: "exp" });
    await rm(join(folder, "cat.png"));
    await write(folder, "Cat.png", "another cat");
    const { digest } = await data.commitFiles("images", folderFiles(folder));
    await expect(data.merge({ dataset: "images", from: "exp" })).rejects.toMatchObject({ code: "data/invalid-path" });
    expect((await data.head("images"))?.digest).toBe(digest);
    await rm(join(folder, "Cat.png"));
    await write(folder, "bird.png", "bird");
    await data.commitFiles("images", folderFiles(folder));
    expect((await data.merge({ dataset: "images", from: "exp" })).outcome).toBe("merged");
    expect((await data.files("images")).map(({ path }) => path)).toEqual(["bird.png", "cat.png", "dog.png"]);
  }));
