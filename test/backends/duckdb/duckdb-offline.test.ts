import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memoryOffline } from "../../../src/backends/arrow/memory-offline-store.ts";
import { duckdbOffline } from "../../../src/backends/duckdb/duckdb-offline-store.ts";
import type { OfflineStore, PointInTimeResult } from "../../../src/contracts/offline-store.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { makeTable, type Table } from "../../../src/table/table.ts";
import { tableDigest } from "../../../src/table/table-digest.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const rows = 2_000_000;

function history(seed: string, length: number): Table {
  const random = seededRandom(seed);
  const time = Float64Array.from({ length }, () => random.int(1_000_000_000));
  return makeTable({
    id: { tag: "i32", values: Int32Array.from({ length }, () => random.int(20_000)) },
    time: { tag: "instant", values: time },
    known: { tag: "instant", values: time.map((ms) => ms + random.int(1_000_000)) },
    v: { tag: "f64", values: Float64Array.from({ length }, () => random.next()) },
  });
}

async function joined(store: OfflineStore): Promise<PointInTimeResult> {
  const { id, time } = history("spine", 100_000).columns;
  if (id === undefined || time === undefined) throw new Error("a key and a time");
  const spine = makeTable({ id, at: time });
  const times = { at: "at", eventTime: "time", knownTime: "known", ttlMs: 1_000_000_000 };
  return await store.pointInTimeJoin({ source: "s", spine, keys: ["id"], columns: ["v"], ...times });
}

test("a join that does not fit in DuckDB's memory spills to the folder named and gives the same cells", async () => {
  const folder = temporaryFolder();
  const source = history("source", rows);
  const memory = memoryOffline();
  await memory.append("s", source);
  const spillFolder = join(folder, "spilled");
  const store = duckdbOffline({ path: join(folder, "offline.duckdb"), memoryLimitMb: 120, spillFolder });
  await store.append("s", source);
  const found = await joined(store);
  expect(existsSync(spillFolder)).toBe(true);
  const expected = await joined(memory);
  expect(found.matched).toEqual(expected.matched);
  expect(tableDigest(found.columns)).toBe(tableDigest(expected.columns));
  await store.close();
}, 120_000);

test("a join without memory and without room to spill to is an error that says so, and the store goes on", async () => {
  const folder = temporaryFolder();
  const spillFolder = join(folder, "a-file");
  writeFileSync(spillFolder, "");
  const store = duckdbOffline({ path: join(folder, "offline.duckdb"), memoryLimitMb: 32, spillFolder });
  await store.append("small", history("small", 10));
  await store.append("s", history("source", 400_000));
  await expect(joined(store)).rejects.toMatchObject({ code: "io/failed" });
  expect(await store.has("small")).toBe(true);
  await store.close();
}, 60_000);

test("a limit of memory that is none is refused", async () => {
  for (const memoryLimitMb of [0, -1, 31, Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(duckdbOffline({ memoryLimitMb }).has("s")).rejects.toMatchObject({ code: "argument/invalid" });
  }
});
