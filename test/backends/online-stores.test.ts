import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { NumberSet } from "../../src/backends/memory/number-set.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import { seededRandom } from "../../src/core/random.ts";
import { onlineContract } from "../../src/testing/online-contract.ts";

describe("memory", () => {
  for (const { name, run } of onlineContract) {
    test(name, async () => {
      await run(memoryOnline());
    });
  }
});

describe("sqlite", () => {
  for (const { name, run } of onlineContract) {
    test(name, async () => {
      const folder = await mkdtemp(join(tmpdir(), "sluice-online-"));
      const store = sqliteOnline({ path: join(folder, "online.sqlite") });
      try {
        await run(store);
      } finally {
        await store.close();
        await rm(folder, { recursive: true });
      }
    });
  }

  test("rows and events survive a reopen", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sluice-online-"));
    const path = join(folder, "online.sqlite");
    const batch = {
      keys: ["k"],
      keyIndex: Int32Array.of(0),
      ids: Float64Array.of(1),
      eventTimeMs: Float64Array.of(5),
      knownTimeMs: Float64Array.of(6),
      values: [Float64Array.of(2.5)],
      present: [undefined],
    };
    try {
      const first = sqliteOnline({ path });
      await first.appendEvents("v", batch);
      await first.close();
      const second = sqliteOnline({ path });
      const { events } = await second.readEvents("v", ["k"], 0);
      expect(events[0]?.values[0]?.[0]).toBe(2.5);
      expect(await second.appendEvents("v", batch)).toBe(0);
      await second.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test("a number set behaves as a Set", () => {
  const random = seededRandom("set");
  const ours = new NumberSet();
  const theirs = new Set<number>();
  for (let i = 0; i < 20_000; i++) {
    const value =
      (random.int(2) === 0 ? random.int(5000) : random.int(2 ** 31) * 2 ** 22) * (random.int(2) === 0 ? 1 : -1);
    expect(ours.add(value)).toBe(!theirs.has(value));
    theirs.add(value);
  }
  expect(ours.size).toBe(theirs.size);
});
