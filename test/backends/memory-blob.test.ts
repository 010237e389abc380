import { describe, test } from "vitest";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import { blobContract } from "../../src/testing/blob-contract.ts";

describe("blob contract in memory", () => {
  for (const { name, run } of blobContract) test(name, () => run(memoryBlobs()));
});

describe("blob contract on a store of a host's that knows nothing of sources", () => {
  for (const { name, run } of blobContract)
    test(name, () => {
      const { putFrom: _putFrom, ...plain } = memoryBlobs();
      return run(plain);
    });
});
