import { Index } from "usearch";
import { describe, expect, test } from "vitest";
import { memoryVectors } from "../../src/backends/memory/memory-vector-store.ts";
import { usearch } from "../../src/backends/usearch/usearch.ts";
import type { VectorStore } from "../../src/contracts/vector-store.ts";
import { vectorContract } from "../../src/testing/vector-contract.ts";
import { clusteredVectors, spaceOf } from "../../src/testing/vector-rows.ts";

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

  const rows = 1200;
  const dimension = 8;
  const space = spaceOf("v", dimension);
  const put = async (store: VectorStore, seed: string, eventMs: number): Promise<void> => {
    const times = new Float64Array(rows).fill(eventMs);
    const keys = Array.from({ length: rows }, (_, row) => `k${row}`);
    await store.put(space, {
      keys,
      vectors: clusteredVectors(seed, rows, dimension),
      eventTimeMs: times,
      knownTimeMs: times,
    });
  };
  const query = { vectors: clusteredVectors("query", 5, dimension), k: 5, metric: "cosine" } as const;

  test("its answers have the bits of the exact store, through replacements that build the graph anew", async () => {
    let graphs = 0;
    class Counted extends Index {
      constructor(...options: ConstructorParameters<typeof Index>) {
        super(...options);
        graphs++;
      }
    }
    const store = usearch({ Index: Counted, expansionSearch: 200 });
    const exact = memoryVectors();
    for (let round = 0; round < 4; round++) {
      for (const one of [store, exact]) await put(one, `round ${round}`, round);
      for (const one of [store, exact]) await one.remove(space, [`k${round}`, `k${round + 50}`]);
      expect(await store.search(space, query)).toEqual(await exact.search(space, query));
      const some = { ...query, among: ["k0", "k7", "k8"], fromMs: round };
      expect(await store.search(space, some)).toEqual(await exact.search(space, some));
    }
    expect(graphs, "the first, and those built anew").toBe(1 + 3);
  });

  test("the same puts give the same answers", async () => {
    const answers = [];
    for (let time = 0; time < 2; time++) {
      const store = usearch({ Index });
      await put(store, "first", 1);
      await put(store, "second", 2);
      answers.push(await store.search(space, query));
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  test("searches and puts at the same time: what a search answers was put", async () => {
    const store = usearch({ Index });
    await put(store, "first", 1);
    const second = put(store, "second", 2);
    const third = put(store, "third", 3);
    for (let i = 0; i < 20; i++)
      for (const { keys } of await store.search(space, query)) expect(new Set(keys).size).toBe(5);
    await Promise.all([second, third]);
    const [found] = await store.search(space, { ...query, vectors: query.vectors.subarray(0, dimension) });
    expect([...(found?.eventTimeMs ?? [])]).toEqual([3, 3, 3, 3, 3]);
  });

  test("options out of bounds are refused", () => {
    for (const wrong of [{ connectivity: 1 }, { expansionAdd: 0 }, { expansionSearch: 0.5 }, { threads: -1 }])
      expect(() => usearch({ Index, ...wrong })).toThrow(expect.objectContaining({ code: "argument/invalid" }));
  });
});
