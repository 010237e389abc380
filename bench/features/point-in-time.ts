import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import type { Column } from "../../src/table/column.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { root } from "../../scripts/entries.ts";
import { run } from "../../scripts/run.ts";
import { bestMs, withFolder } from "../measure.ts";
import { report } from "../report.ts";
import { dictionaryTexts, drawnRows, longIntegers, sparseIntegers, ttlMs } from "./point-in-time-data.ts";
import { joinedInSql } from "./point-in-time-sql.ts";

const bench = "features";
const million = 1_000_000;

interface Rows {
  readonly source: Table;
  readonly spine: Table;
}

function drawn(rows: number, keys: number, keyOf: (keys: Int32Array) => Column): Rows {
  const { id, time } = drawnRows("spine", rows, keys, keyOf).columns;
  if (id === undefined || time === undefined) throw new Error("a key and a time");
  return { source: drawnRows("source", rows, keys, keyOf), spine: makeTable({ id, at: time }) };
}

/** The best of some joins in memory, and how many rows found a value. */
async function inMemory({ source, spine }: Rows): Promise<{ readonly ms: number; readonly found: number }> {
  const store = memoryOffline();
  await store.append("s", source);
  let found = 0;
  const ms = await bestMs(async () => {
    const request = { source: "s", spine, at: "at", keys: ["id"], eventTime: "time", ttlMs, columns: ["v"] };
    const { matched } = await store.pointInTimeJoin(request);
    found = matched.reduce((sum, one) => sum + Number(one === 1), 0);
  }, 5);
  await store.close();
  return { ms, found };
}

async function child(...args: string[]): Promise<Readonly<Record<"ms" | "found" | "appendMs" | "peakKib", number>>> {
  const finished = await run(process.execPath, [`${root}bench/features/point-in-time-child.ts`, ...args], {
    timeoutMs: 600_000,
  });
  if (finished.code !== 0) throw new Error(`the join ended with ${finished.code}\n${finished.stderr}`);
  return JSON.parse(finished.stdout);
}

async function besideSql(title: string, rows: Rows, atMost: number): Promise<number> {
  const ours = await inMemory(rows);
  const { asof, feast } = await joinedInSql(rows.source, rows.spine);
  if (ours.found !== asof.found) throw new Error(`${ours.found} rows found, but ${asof.found} by SQL`);
  const name = `point in time: ${title}, integer keys, TTL 7 d`;
  report({ bench, case: `${name}, against DuckDB ASOF`, value: ours.ms, unit: "ms", atMost, baseline: asof.ms });
  report({ bench, case: `${name}, against Feast's SQL`, value: ours.ms, unit: "ms", atMost, baseline: feast.ms });
  report({ bench, case: `${name}: times faster than Feast's SQL`, value: feast.ms / ours.ms, unit: "×", atLeast: 8 });
  return ours.ms;
}

/** Measures point-in-time joins: in memory beside SQL over the same rows, from raw strings, and over ten million rows. */
export async function benchPointInTime(): Promise<void> {
  let coldMs = Number.POSITIVE_INFINITY;
  for (let process = 0; process < 3; process++) coldMs = Math.min(coldMs, (await child("strings")).ms);
  const cold = "point in time: 1M × 1M, 50k keys, raw strings, a process's first join";
  report({ bench, case: cold, value: coldMs, unit: "ms", atMost: 1200 });
  const million1 = await besideSql("1M × 1M, 50k keys", drawn(million, 50_000, sparseIntegers), 350);
  for (const [kind, keyOf] of [
    ["dictionary", dictionaryTexts],
    ["64-bit", longIntegers],
  ] as const) {
    const { ms } = await inMemory(drawn(million, 50_000, keyOf));
    report({ bench, case: `point in time: 1M × 1M, 50k keys, ${kind} keys`, value: ms, unit: "ms", atMost: 350 });
  }
  await besideSql("200k × 200k, 500 hot keys", drawn(200_000, 500, sparseIntegers), 250);
  const million4 = await inMemory(drawn(4 * million, 200_000, sparseIntegers));
  const grown = "point in time: 4M × 4M of 200k keys over 1M × 1M of 50k";
  report({ bench, case: grown, value: million4.ms / million1, unit: "×", atMost: 5 });
  await largeJoins();
}

async function largeJoins(): Promise<void> {
  const title = "point in time: 10M × 1M, 500k keys";
  const memory = await child("memory");
  report({ bench, case: `${title}, in memory`, value: memory.ms, unit: "ms" });
  report({ bench, case: `${title}, in memory, peak`, value: (memory.peakKib * 1024) / 1e6, unit: "MB", atMost: 2000 });
  await withFolder(async (folder) => {
    const file = await child("duckdb", `${folder}/offline.duckdb`);
    if (file.found !== memory.found) throw new Error(`${file.found} rows found, but ${memory.found} in memory`);
    report({ bench, case: `${title}, DuckDB file: append`, value: 1e10 / file.appendMs, unit: "rows/s" });
    report({ bench, case: `${title}, DuckDB file: join`, value: file.ms, unit: "ms" });
    report({ bench, case: `${title}, DuckDB file, peak`, value: (file.peakKib * 1024) / 1e6, unit: "MB" });
  });
}
