import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import type { Column } from "../../src/table/column.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { root } from "../../scripts/entries.ts";
import { run } from "../../scripts/run.ts";
import { onceMs, withFolder } from "../measure.ts";
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

interface Joined {
  readonly ms: number;
  readonly found: number;
}

const joins = 5;

/** The best of some joins in memory of each of some rows, taken in turn so that other load meets all alike. */
async function inMemory(...all: readonly Rows[]): Promise<readonly Joined[]> {
  const best = all.map(() => ({ store: memoryOffline(), ms: Number.POSITIVE_INFINITY, found: 0 }));
  for (const [i, { store }] of best.entries()) await store.append("s", all[i]?.source ?? []);
  for (let turn = 0; turn < joins; turn++) {
    for (const [i, one] of best.entries()) {
      const spine = all[i]?.spine ?? makeTable({});
      const request = { source: "s", spine, at: "at", keys: ["id"], eventTime: "time", ttlMs, columns: ["v"] };
      const ms = await onceMs(async () => {
        const { matched } = await one.store.pointInTimeJoin(request);
        one.found = matched.reduce((sum, found) => sum + Number(found === 1), 0);
      });
      one.ms = Math.min(one.ms, ms);
    }
  }
  return best;
}

async function child(...args: string[]): Promise<Readonly<Record<"ms" | "found" | "appendMs" | "peakKib", number>>> {
  const finished = await run(process.execPath, [`${root}bench/features/point-in-time-child.ts`, ...args], {
    timeoutMs: 600_000,
  });
  if (finished.code !== 0) throw new Error(`the join ended with ${finished.code}\n${finished.stderr}`);
  return JSON.parse(finished.stdout);
}

async function besideSql(title: string, rows: Rows, atMost: number): Promise<void> {
  const [ours = { ms: Number.NaN, found: 0 }] = await inMemory(rows);
  const { asof, feast } = await joinedInSql(rows.source, rows.spine);
  if (ours.found !== asof.found) throw new Error(`${ours.found} rows found, but ${asof.found} by SQL`);
  const name = `point in time: ${title}, integer keys, TTL 7 d`;
  report({ bench, case: `${name}, against DuckDB ASOF`, value: ours.ms, unit: "ms", atMost, baseline: asof.ms });
  report({ bench, case: `${name}, against Feast's SQL`, value: ours.ms, unit: "ms", atMost, baseline: feast.ms });
  report({ bench, case: `${name}: times faster than Feast's SQL`, value: feast.ms / ours.ms, unit: "×", atLeast: 8 });
}

/** Measures point-in-time joins: in memory beside SQL over the same rows, from raw strings, and over ten million rows. */
export async function benchPointInTime(): Promise<void> {
  let coldMs = Number.POSITIVE_INFINITY;
  for (let process = 0; process < 3; process++) coldMs = Math.min(coldMs, (await child("strings")).ms);
  const cold = "point in time: 1M × 1M, 50k keys, raw strings, a process's first join";
  report({ bench, case: cold, value: coldMs, unit: "ms", atMost: 1200 });
  const integers = drawn(million, 50_000, sparseIntegers);
  await besideSql("1M × 1M, 50k keys", integers, 350);
  for (const [kind, keyOf] of [
    ["dictionary", dictionaryTexts],
    ["64-bit", longIntegers],
  ] as const) {
    const [joined] = await inMemory(drawn(million, 50_000, keyOf));
    const title = `point in time: 1M × 1M, 50k keys, ${kind} keys`;
    report({ bench, case: title, value: joined?.ms ?? Number.NaN, unit: "ms", atMost: 350 });
  }
  await besideSql("200k × 200k, 500 hot keys", drawn(200_000, 500, sparseIntegers), 250);
  const [one, four] = await inMemory(integers, drawn(4 * million, 200_000, sparseIntegers));
  const grown = "point in time: 4M × 4M of 200k keys over 1M × 1M of 50k";
  report({ bench, case: grown, value: (four?.ms ?? Number.NaN) / (one?.ms ?? Number.NaN), unit: "×", atMost: 5 });
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
