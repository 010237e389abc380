import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import type { OfflineStore } from "../../src/contracts/offline-store.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { offlineContract } from "../../src/testing/offline-contract.ts";
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
    await first.append("s", randomSource(seededRandom(1), 10));
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

function randomSource(random: Random, rows: number): Table {
  const times = Float64Array.from({ length: rows }, () => random.int(40));
  return makeTable({
    id: { tag: "i32", values: Int32Array.from({ length: rows }, () => random.int(4)) },
    time: { tag: "instant", values: times },
    known: { tag: "instant", values: times.map((ms) => ms + random.int(20)) },
    v: { tag: "f64", values: Float64Array.from({ length: rows }, (_, i) => i) },
  });
}

/** The rule, read literally: the latest of what is valid and known. */
function bruteForce(source: Table, spine: Table, ttlMs: number, delayMs: number): number[] {
  const cell = (table: Table, name: string, row: number): number => Number(table.columns[name]?.values[row]);
  return Array.from({ length: spine.rowCount }, (_, row) => {
    const at = cell(spine, "at", row);
    const candidates = Array.from({ length: source.rowCount }, (_, i) => ({
      i,
      event: cell(source, "time", i),
      known: Math.max(cell(source, "known", i) + delayMs, cell(source, "time", i)),
      same: cell(source, "id", i) === cell(spine, "id", row),
    })).filter((one) => one.same && one.event <= at && one.known <= at);
    const best = candidates.sort((a, b) => a.event - b.event || a.known - b.known || a.i - b.i).at(-1);
    return best === undefined || best.event < at - ttlMs ? Number.NaN : best.i;
  });
}

async function compare(store: OfflineStore, random: Random, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const source = randomSource(random, random.int(30));
    const spine = makeTable({
      id: { tag: "i32", values: Int32Array.from({ length: 10 }, () => random.int(5)) },
      at: { tag: "instant", values: Float64Array.from({ length: 10 }, () => random.int(60)) },
    });
    const ttlMs = random.int(30);
    const knownDelayMs = random.int(5);
    await store.append(`s${round}`, source);
    const result = await store.pointInTimeJoin({
      source: `s${round}`,
      spine,
      at: "at",
      keys: ["id"],
      eventTime: "time",
      knownTime: "known",
      knownDelayMs,
      ttlMs,
      columns: ["v"],
    });
    const found = Array.from(result.matched, (match, row) =>
      match === 1 ? result.columns.columns["v"]?.values[row] : Number.NaN,
    );
    expect(found).toEqual(bruteForce(source, spine, ttlMs, knownDelayMs));
  }
}

test("memory equals the rule read literally on random histories", async () => {
  await compare(memoryOffline(), seededRandom("offline"), 300);
});

test("DuckDB equals the rule read literally on random histories", async () => {
  const store = duckdbOffline();
  await compare(store, seededRandom("offline"), 25);
  await store.close();
});
