import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { putSource } from "../../src/contracts/blob-store.ts";
import { sourceOf } from "../../src/core/byte-source.ts";
import { digestOf } from "../../src/core/digest.ts";
import { blobContract } from "../../src/testing/blob-contract.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const bytes = new TextEncoder().encode("weights of a model");

describe("blob contract on files", () => {
  for (const { name, run } of blobContract) {
    test(name, () => run(fsBlobs({ path: join(temporaryFolder(), "blobs") })));
  }
});

/** The one stored file below a folder. */
function onlyObject(path: string): string {
  const found = readdirSync(join(path, "objects"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const [file] = found;
  if (file === undefined || found.length > 1) throw new Error(`${found.length} objects`);
  return join(file.parentPath, file.name);
}

test("a changed, cut or emptied file is blob/corrupt and named; putting the bytes again repairs it", async () => {
  const path = temporaryFolder();
  const blobs = fsBlobs({ path });
  const { digest } = await blobs.put(bytes);
  const file = onlyObject(path);
  for (const damage of [Buffer.from("weights of a modem"), bytes.slice(0, 4), new Uint8Array(0)]) {
    writeFileSync(file, damage);
    await expect(blobs.get(digest)).rejects.toMatchObject({
      code: "blob/corrupt",
      message: expect.stringContaining(digest),
    });
    await blobs.put(bytes);
    expect(await blobs.get(digest)).toEqual(bytes);
  }
});

test("bytes that are read a part at a time repair a changed file, and leave nothing beside it, whether they end or not", async () => {
  const path = temporaryFolder();
  const blobs = fsBlobs({ path });
  const { digest } = await putSource(blobs, sourceOf(bytes));
  writeFileSync(onlyObject(path), "weights of a modem");
  await putSource(blobs, sourceOf(bytes));
  expect(await blobs.get(digest)).toEqual(bytes);
  await putSource(blobs, sourceOf(bytes));
  const ends = { sizeBytes: 10, read: () => Promise.reject(new Error("unplugged")) };
  await expect(putSource(blobs, ends)).rejects.toThrow("unplugged");
  expect(readdirSync(join(path, "tmp"))).toEqual([]);
});

test("blobs survive the store that wrote them, bytes on an 8-byte boundary", async () => {
  const path = temporaryFolder();
  const { digest } = await fsBlobs({ path }).put(bytes);
  const read = await fsBlobs({ path }).get(digest);
  expect(read).toEqual(bytes);
  expect(read.byteOffset % 8).toBe(0);
});

test("what dead writers left behind is removed after an hour, not before", async () => {
  const path = temporaryFolder();
  mkdirSync(join(path, "tmp"));
  const [old, young] = [join(path, "tmp", "old.tmp"), join(path, "tmp", "young.tmp")];
  for (const file of [old, young]) writeFileSync(file, "half");
  const twoHoursAgo = Date.now() / 1000 - 7200;
  utimesSync(old, twoHoursAgo, twoHoursAgo);
  await fsBlobs({ path }).put(bytes);
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
});

test("foreign files in the folder are not listed", async () => {
  const path = temporaryFolder();
  const blobs = fsBlobs({ path });
  const ref = await blobs.put(bytes);
  writeFileSync(join(path, "objects", "sha256", "README"), "x");
  writeFileSync(join(onlyObjectFolder(path, ref.digest), "note.txt"), "x");
  const listed = [];
  for await (const one of blobs.list()) listed.push(one);
  expect(listed).toMatchObject([ref]);
});

function onlyObjectFolder(path: string, digest: string): string {
  return join(path, "objects", "sha256", digest.slice(7, 9));
}

test("a path below a file is io/failed", async () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "x");
  await expect(fsBlobs({ path: join(file, "blobs") }).put(bytes)).rejects.toMatchObject({ code: "io/failed" });
});

test.skipIf(process.platform === "win32")(
  "no room: io/disk-full, nothing left behind, and smaller blobs still fit",
  () => {
    const path = temporaryFolder();
    const script = fileURLToPath(new URL("../support/put-blobs-child.ts", import.meta.url));
    // A file-size limit of 64 KiB makes the system refuse the write in the middle, as a full disk does.
    const said = execFileSync("bash", [
      "-c",
      'ulimit -f 64; exec "$0" "$1" "$2"',
      process.execPath,
      script,
      path,
    ]).toString();
    expect(JSON.parse(said)).toEqual({ big: "io/disk-full", small: digestOf(new Uint8Array(1000)) });
    expect(readdirSync(join(path, "tmp"))).toEqual([]);
    expect(readFileSync(onlyObject(path)).length).toBe(1000);
  },
);
