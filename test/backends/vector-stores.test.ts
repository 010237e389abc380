import { Index } from "usearch";
import { describe, test } from "vitest";
import { memoryVectors } from "../../src/backends/memory/memory-vector-store.ts";
import { usearch } from "../../src/backends/usearch/usearch.ts";
import { vectorContract } from "../../src/testing/vector-contract.ts";

describe("memory", () => {
  for (const { name, run } of vectorContract) {
    test(name, async () => {
      await run(memoryVectors());
    });
  }
});

describe("usearch", () => {
  for (const { name, run } of vectorContract) {
    test(name, async () => {
      await run(usearch({ Index, approximate: ["cosine", "dot", "euclidean"] }));
    }, 120_000);
  }
});
