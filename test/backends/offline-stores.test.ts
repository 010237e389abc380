import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { makeTable } from "../../src/table/table.ts";
import { offlineContract } from "../../src/testing/offline-contract.ts";
import { agreesWithOracle } from "../../src/testing/point-in-time-oracle.ts";
import { startScript } from "../support/child-lines.ts";

for (const [engine, open] of Object.entries({ memory: () => memoryOffline(), duckdb: () => duckdbOffline() })) {
  describe(engine, () => {
    for (const { name, run } of offlineContract) {
      test(name, async () => {
        const store = open();
        try {
          await run(store);
        } finally {
          await store.close();
        }
      });
    }
  });
}

test("a DuckDB file is found again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-offline-"));
  const path = join(folder, "offline.duckdb");
  try {
    const first = duckdbOffline({ path });
    await first.append("s", makeTable({ v: { tag: "f64", values: new Float64Array(10) } }));
    await first.close();
    const second = duckdbOffline({ path });
    expect(await second.has("s")).toBe(true);
    let rows = 0;
    for await (const part of second.scan("s", ["v"])) rows += part.rowCount;
    expect(rows).toBe(10);
    await second.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a process killed in the middle of an append leaves nothing of it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-offline-"));
  const path = join(folder, "offline.duckdb");
  try {
    let interrupted = 0;
    for (const waitMs of [30, 90, 150]) {
      const child = startScript("append-offline-child.ts", path);
      await child.firstLine;
      await setTimeout(waitMs);
      child.process.kill("SIGKILL");
      await child.ended;
      const store = duckdbOffline({ path });
      const whole = await store.has("big");
      if (!whole) interrupted++;
      let rows = 0;
      if (whole) for await (const part of store.scan("big", ["v"])) rows += part.rowCount;
      expect(rows).toBe(whole ? 400_000 : 0);
      expect(await store.has("small")).toBe(true);
      await store.drop("big");
      await store.drop("small");
      await store.close();
    }
    expect(interrupted).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

test("a DuckDB store says what is wrong with its file, and that it is closed", async () => {
  const store = duckdbOffline({ path: join(tmpdir(), "no", "such", "folder", "offline.duckdb") });
  await expect(store.has("s")).rejects.toMatchObject({ code: "io/failed" });
  await store.close();
  await expect(store.has("s")).rejects.toMatchObject({ code: "workspace/closed" });
});

test("memory equals the rule read literally on random histories", async () => {
  await agreesWithOracle(memoryOffline(), "memory", 900);
});

test("DuckDB equals the rule read literally on random histories", async () => {
  const store = duckdbOffline();
  await agreesWithOracle(store, "duckdb", 90);
  await store.close();
});
