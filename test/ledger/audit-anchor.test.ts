import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileAnchor } from "../../src/backends/fs/file-anchor.ts";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import { blobAnchor } from "../../src/ledger/trail/blob-anchor.ts";
import { type AnchorSubject, anchorContract } from "../../src/testing/anchor-contract.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const subjects: { readonly [name: string]: () => AnchorSubject } = {
  "a file": () => {
    const path = join(temporaryFolder(), "deep", "checkpoints.jsonl");
    return { anchor: fileAnchor({ path }), again: fileAnchor({ path }) };
  },
  "a blob store": () => {
    const blobs = memoryBlobs();
    return { anchor: blobAnchor({ blobs }), again: blobAnchor({ blobs }) };
  },
};

for (const [name, make] of Object.entries(subjects))
  describe(`anchor contract: ${name}`, () => {
    for (const { name: promise, run } of anchorContract) test(promise, async () => await run(make()));
  });

test("a file that cannot be written or read is io/failed, and says which", async () => {
  const path = temporaryFolder();
  const anchor = fileAnchor({ path });
  await expect(anchor.put("x")).rejects.toMatchObject({ code: "io/failed", message: expect.stringContaining(path) });
  await expect(anchor.list()).rejects.toMatchObject({ code: "io/failed" });
});
