import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import type { ArtifactStore } from "../../src/contracts/artifact.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { checkArtifactPath } from "../../src/ledger/artifacts/artifact-path.ts";
import { BlobArtifactStore } from "../../src/ledger/artifacts/blob-artifact-store.ts";
import { opened } from "../../src/ledger/artifacts/open-artifact.ts";
import { ScannedArtifactStore } from "../../src/ledger/artifacts/scanned-artifact-store.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const content = {
  format: "test",
  files: [
    { path: "weights/b.bin", bytes: Uint8Array.of(1, 2, 3) },
    { path: "a.json", bytes: bytes("{}") },
  ],
};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-artifacts-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("what was put comes back, files in the order of their names", async () => {
  const store = new BlobArtifactStore({ blobs: fsBlobs({ path: join(folder, "round-trip") }) });
  const { digest, files } = await store.put(content);
  expect(files.map(({ path }) => path)).toEqual(["a.json", "weights/b.bin"]);
  const back = await store.get(digest);
  expect(back.format).toBe("test");
  expect(back.files.map(({ path, bytes: stored }) => [path, [...stored]])).toEqual([
    ["a.json", [123, 125]],
    ["weights/b.bin", [1, 2, 3]],
  ]);
});

test("the digest is that of the manifest's canonical JSON, and the order of the files does not matter", async () => {
  const store = new BlobArtifactStore({ blobs: memoryBlobs() });
  const { digest, files, format } = await store.put(content);
  const manifest = { schema: 1, format, files: files.map((file) => ({ ...file })) };
  expect(digest).toBe(digestOf(canonicalJson(manifest)));
  expect((await store.put({ ...content, files: content.files.toReversed() })).digest).toBe(digest);
  expect((await store.put({ ...content, format: "other" })).digest).not.toBe(digest);
});

test.each([
  "",
  "/etc/passwd",
  "../x",
  "a/../../x",
  "a/./b",
  "a//b",
  "a/",
  "a\\b",
  "..\\x",
  "C:/x",
  "c:x",
  "a\0b",
  "a\nb",
  "a\ud800",
  "..",
  ".",
  "x".repeat(1025),
])("the name %j is refused before anything is stored", async (path) => {
  const blobs = memoryBlobs();
  const store = new BlobArtifactStore({ blobs });
  const files = [
    { path: "fine", bytes: bytes("x") },
    { path, bytes: bytes("y") },
  ];
  await expect(store.put({ format: "test", files })).rejects.toMatchObject({ code: "artifact/invalid-name" });
  for await (const blob of blobs.list()) expect.unreachable(`${blob.digest} was stored`);
});

test("a name that occurs twice is refused", async () => {
  const store = new BlobArtifactStore({ blobs: memoryBlobs() });
  const files = [
    { path: "a", bytes: bytes("x") },
    { path: "a", bytes: bytes("y") },
  ];
  await expect(store.put({ format: "test", files })).rejects.toMatchObject({ code: "artifact/invalid-name" });
});

test("no accepted name leaves its folder", () => {
  const segment = fc.constantFrom("..", ".", "", "a", "b c", "\\", "é", "C:", "/");
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
      const path = segments.join("/");
      try {
        checkArtifactPath(path);
      } catch {
        return;
      }
      const resolved = join("/root/folder", path);
      expect(resolved.startsWith("/root/folder/")).toBe(true);
      expect(resolved).toBe(`/root/folder/${path}`);
    }),
  );
});

test("an unknown digest is not found", async () => {
  const store = new BlobArtifactStore({ blobs: memoryBlobs() });
  await expect(store.get(digestOf("nothing"))).rejects.toMatchObject({ code: "artifact/not-found" });
});

test("any byte changed on disk is found, and the file is named", async () => {
  const path = join(folder, "tamper");
  const { digest, files } = await new BlobArtifactStore({ blobs: fsBlobs({ path }) }).put(content);
  const named = new Map([[digest.slice(7), "manifest"], ...files.map((f) => [f.digest.slice(7), f.path] as const)]);
  const stored = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  let tried = 0;
  for (const entry of stored) {
    const file = join(entry.parentPath, entry.name);
    const original = await readFile(file);
    const name = [...named].find(([hex]) => file.replaceAll(/[^0-9a-f]/g, "").endsWith(hex.slice(4)))?.[1];
    for (let at = 0; at < original.length; at++) {
      const edited = Uint8Array.from(original);
      edited[at] = (edited[at] ?? 0) ^ 1;
      await writeFile(file, edited);
      const read = new BlobArtifactStore({ blobs: fsBlobs({ path }) }).get(digest);
      await expect(read).rejects.toMatchObject({
        code: "artifact/corrupt",
        message: expect.stringContaining(name ?? "?"),
      });
      tried++;
    }
    await writeFile(file, original);
  }
  expect(tried).toBeGreaterThan(200);
  await rm(join(stored[0]?.parentPath ?? "", stored[0]?.name ?? ""));
  await expect(new BlobArtifactStore({ blobs: fsBlobs({ path }) }).get(digest)).rejects.toMatchObject({
    code: expect.stringMatching(/^artifact\/(corrupt|not-found)$/),
  });
});

test("a blob that is no manifest, or one that is not canonical, is no artifact", async () => {
  const blobs = memoryBlobs();
  const store = new BlobArtifactStore({ blobs });
  const file = await blobs.put(bytes("x"));
  const manifests = [
    "hello",
    "[]",
    '{"format":"f","schema":1}',
    `{"files":[{"path":"a"}],"format":"f","schema":1}`,
    `{"files":[],"format":"f", "schema":1}`,
    `{"extra":1,"files":[],"format":"f","schema":1}`,
    `{"files":[],"format":"f"}`,
    `{"files":[],"format":"f","schema":2}`,
  ];
  for (const text of manifests) {
    const { digest } = await blobs.put(bytes(text));
    await expect(store.get(digest)).rejects.toMatchObject({ code: "artifact/corrupt" });
  }
  const escaping = { schema: 1, format: "f", files: [{ path: "../x", digest: file.digest, sizeBytes: 1 }] };
  const { digest } = await blobs.put(bytes(canonicalJson(escaping)));
  await expect(store.get(digest)).rejects.toMatchObject({ code: "artifact/invalid-name" });
});

test("a store of a host's that only puts and gets has its artifacts opened, and is given what is read a part at a time", async () => {
  const stored = new BlobArtifactStore({ blobs: memoryBlobs() });
  const plain: ArtifactStore = { put: (given) => stored.put(given), get: (digest) => stored.get(digest) };
  const scanned = new ScannedArtifactStore(plain);
  const { digest } = await scanned.putFrom(opened(content));
  expect(digest).toBe((await stored.put(content)).digest);
  const { files } = await scanned.open(digest);
  expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
    ["a.json", 2],
    ["weights/b.bin", 3],
  ]);
  expect(files.map((file) => file.digest)).toEqual([digestOf(bytes("{}")), digestOf(Uint8Array.of(1, 2, 3))]);
  expect(await files[1]?.read(1, 3)).toEqual(Uint8Array.of(2, 3));
});
