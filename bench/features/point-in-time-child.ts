import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import type { OfflineStore } from "../../src/contracts/offline-store.ts";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { columnBuilder } from "../../src/table/column-builder.ts";
import { columnOf, makeTable, type Table } from "../../src/table/table.ts";
import { sliceRows } from "../../src/table/take-rows.ts";
import { onceMs } from "../measure.ts";
import { drawnRows, sparseIntegers, ttlMs } from "./point-in-time-data.ts";

// One point-in-time join in a process that has done nothing before; prints what it took as JSON. Its first argument says which.

const [mode = "", path = ""] = process.argv.slice(2);
const million = 1_000_000;

function textColumn(texts: readonly string[]): Table["columns"][string] {
  const builder = columnBuilder("utf8");
  for (const text of texts) builder.push(text);
  return builder.finish();
}

function spineOf(rows: number, keys: number): Table {
  const { id, time } = drawnRows("spine", rows, keys, sparseIntegers).columns;
  if (id === undefined || time === undefined) throw new Error("a key and a time");
  return makeTable({ id, at: time });
}

async function join(store: OfflineStore, spine: Table): Promise<number> {
  const request = { source: "s", spine, at: "at", keys: ["id"], eventTime: "time", ttlMs, columns: ["v"] };
  const { matched } = await store.pointInTimeJoin(request);
  return matched.reduce((sum, one) => sum + Number(one === 1), 0);
}

/** From arrays of JavaScript strings to the answer. */
async function coldStrings(): Promise<object> {
  const rows = [drawnRows("source", million, 50_000, sparseIntegers), spineOf(million, 50_000)];
  // Decoded, as texts from a file are: each in one piece.
  const texts = rows.map((table) =>
    Array.from(columnOf(table, "id", "i32").values, (id) => Buffer.from(`user-${id}`).toString()),
  );
  let found = 0;
  const ms = await onceMs(async () => {
    const [source, spine] = rows.map((table, i) => makeTable({ ...table.columns, id: textColumn(texts[i] ?? []) }));
    if (source === undefined || spine === undefined) throw new Error("two tables");
    const store = memoryOffline();
    await store.append("s", source);
    found = await join(store, spine);
  });
  return { ms, found };
}

/** Ten million rows in parts, as a dataset version comes. */
async function large(store: OfflineStore): Promise<object> {
  const source = drawnRows("source", 10 * million, 500_000, sparseIntegers);
  const parts = Array.from({ length: 10 }, (_, i) => sliceRows(source, i * million, (i + 1) * million));
  const appendMs = await onceMs(async () => await store.append("s", parts));
  const spine = spineOf(million, 500_000);
  let found = 0;
  const ms = await onceMs(async () => {
    found = await join(store, spine);
  });
  await store.close();
  return { ms, found, appendMs };
}

const answer =
  mode === "strings"
    ? await coldStrings()
    : await large(mode === "memory" ? memoryOffline() : duckdbOffline({ path, memoryLimitMb: 1000 }));
process.stdout.write(JSON.stringify({ ...answer, peakKib: process.resourceUsage().maxRSS }));
