import { expect, test } from "vitest";
import { memoryBlobs } from "../../../src/backends/memory/memory-blob-store.ts";
import type { BlobStore } from "../../../src/contracts/blob-store.ts";
import { type Digest, digestOf } from "../../../src/core/digest.ts";
import { type Manifest, type ManifestPart, manifestFormat } from "../../../src/data/parts/manifest.ts";
import { KnownChunks } from "../../../src/data/parts/known-chunks.ts";

/** A part of one chunk, which lies in a blob of its own. */
async function partIn(blobs: BlobStore, text: string): Promise<ManifestPart> {
  const bytes = new TextEncoder().encode(text);
  const { digest: blob } = await blobs.put(bytes);
  const chunk = { digest: digestOf(text), bytes: bytes.length, blob, offset: 0, storedBytes: bytes.length };
  return { digest: digestOf(`part ${text}`), rows: 1, columns: [{ ...chunk, compression: "none" }] };
}

/** A manifest of pages of two parts. */
function manifestOf(parts: readonly ManifestPart[]): Manifest {
  const pages = Array.from({ length: Math.ceil(parts.length / 2) }, (_, i) => {
    const own = parts.slice(2 * i, 2 * i + 2);
    const digest = digestOf(own.map((part) => part.digest).join());
    return { digest, parts: own.length, blob: digest, offset: 0, bytes: 1 };
  });
  const schemaDigest = digestOf("schema");
  const header = { format: manifestFormat, dataset: "d", schemaDigest, columns: [], parent: null, rows: 1, checks: [] };
  return { ...header, parts, pages, blob: digestOf("root") };
}

const chunkOf = (text: string): Digest => digestOf(text);

test("chunks of every page of every version are found, also after a page grew", async () => {
  const blobs = memoryBlobs();
  const parts: ManifestPart[] = [];
  for (const text of ["a", "b", "c"]) parts.push(await partIn(blobs, text));
  const first = manifestOf(parts);
  const known = new KnownChunks(blobs, [first]);
  for (const text of ["a", "b", "c"]) expect((await known.find(chunkOf(text)))?.digest).toBe(chunkOf(text));
  expect(await known.find(chunkOf("d"))).toBeUndefined();

  // The last page begins with the same part, and has one more.
  const second = manifestOf([...parts, await partIn(blobs, "d")]);
  const grown = new KnownChunks(blobs, [second]);
  for (const text of ["a", "b", "c", "d"]) expect((await grown.find(chunkOf(text)))?.digest).toBe(chunkOf(text));
  const both = new KnownChunks(blobs, [first, second]);
  expect((await both.find(chunkOf("d")))?.digest).toBe(chunkOf("d"));
});

test("a chunk whose blob was lost is not known; the same chunk in another blob is", async () => {
  const blobs = memoryBlobs();
  const lost = await partIn(blobs, "a");
  const [chunk] = lost.columns;
  if (chunk === undefined) throw new Error("a part of one chunk");
  await blobs.delete(chunk.blob);
  expect(await new KnownChunks(blobs, [manifestOf([lost])]).find(chunk.digest)).toBeUndefined();

  const { digest: blob } = await blobs.put(new TextEncoder().encode("ba"));
  const elsewhere = { ...lost, columns: [{ ...chunk, blob, offset: 1 }] };
  const found = await new KnownChunks(blobs, [manifestOf([lost]), manifestOf([elsewhere])]).find(chunk.digest);
  expect(found?.blob).toBe(blob);
});
