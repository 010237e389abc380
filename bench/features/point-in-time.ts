import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { type Column, missingCount } from "../../src/table/column.ts";
import { columnOf, makeTable, type Table } from "../../src/table/table.ts";
import { root } from "../../scripts/entries.ts";
import { run } from "../../scripts/run.ts";
import { onceMs, withFolder } from "../measure.ts";
import { report } from "../report.ts";
import { dictionaryTexts, drawnRows, knownLater, longIntegers, sparseIntegers, ttlMs } from "./point-in-time-data.ts";
import { joinedInSql, type SqlJoin } from "./point-in-time-sql.ts";

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

interface Question extends Rows {
  /** The source's known time, where it counts. */
  readonly knownTime?: "created";
}

const joins = 5;

/** The best of some joins in memory of each of some questions, taken in turn so that other load meets all alike. The spine's columns are part of the answer. */
async function inMemory(...all: readonly Question[]): Promise<readonly Joined[]> {
  const asked = all.map((question) => ({
    question,
    store: memoryOffline(),
    best: { ms: Number.POSITIVE_INFINITY, found: 0 },
  }));
  for (const { store, question } of asked) await store.append("s", question.source);
  for (let turn = 0; turn < joins; turn++) {
    for (const one of asked) {
      const { source: _, ...question } = one.question;
      const request = { source: "s", at: "at", keys: ["id"], eventTime: "time", ttlMs, columns: ["v"], ...question };
      let answer = makeTable({});
      const ms = await onceMs(async () => {
        const { columns } = await one.store.pointInTimeJoin(request);
        answer = makeTable({ ...question.spine.columns, ...columns.columns });
      });
      one.best = { ms: Math.min(one.best.ms, ms), found: answer.rowCount - missingCount(columnOf(answer, "v", "f64")) };
    }
  }
  return asked.map(({ best }) => best);
}

async function child(...args: string[]): Promise<Readonly<Record<"ms" | "found" | "appendMs" | "peakKib", number>>> {
  const finished = await run(process.execPath, [`${root}bench/features/point-in-time-child.ts`, ...args], {
    timeoutMs: 600_000,
  });
  if (finished.code !== 0) throw new Error(`the join ended with ${finished.code}\n${finished.stderr}`);
  return JSON.parse(finished.stdout);
}

interface Beside {
  readonly title: string;
  /** The target of each join in memory, milliseconds. */
  readonly atMost: number;
  /** How often each statement runs. */
  readonly turns: number;
  /** A known time too: too slow in SQL where keys are hot. */
  readonly created: boolean;
}

async function besideSql({ source, spine }: Rows, { title, atMost, turns, created }: Beside): Promise<void> {
  const rows = { source: knownLater(source), spine };
  const [ours, known] = await inMemory(rows, { ...rows, knownTime: "created" });
  const inSql = await joinedInSql(rows, turns, [
    "asof",
    "feast",
    "feastDuckdb",
    ...(created ? (["feastCreated"] as const) : []),
  ]);
  for (const [join, theirs] of inSql) {
    const own = join === "feastCreated" ? known : ours;
    if (own === undefined || own.found !== theirs.found)
      throw new Error(`${own?.found} rows found, but ${theirs.found} by SQL (${join})`);
    const name = `point in time: ${title}, integer keys, TTL 7 d${join === "feastCreated" ? ", known time" : ""}, against ${sqlNames[join]}`;
    report({ bench, case: name, value: own.ms, unit: "ms", atMost, baseline: theirs.ms });
    const atLeast = join === "asof" ? {} : { atLeast: 8 };
    report({ bench, case: `${name}: times faster`, value: theirs.ms / own.ms, unit: "×", ...atLeast });
  }
}

const sqlNames: Readonly<Record<SqlJoin, string>> = {
  asof: "DuckDB's ASOF join",
  feast: "Feast's template for SQL engines in DuckDB",
  feastCreated: "the same with a created column",
  feastDuckdb: "what Feast's DuckDB store asks",
};

/** Measures point-in-time joins: in memory beside SQL over the same rows, from raw strings, and over ten million rows. */
export async function benchPointInTime(): Promise<void> {
  let coldMs = Number.POSITIVE_INFINITY;
  for (let process = 0; process < 3; process++) coldMs = Math.min(coldMs, (await child("strings")).ms);
  const cold = "point in time: 1M × 1M, 50k keys, raw strings, a process's first join";
  report({ bench, case: cold, value: coldMs, unit: "ms", atMost: 1200 });
  const integers = drawn(million, 50_000, sparseIntegers);
  await besideSql(integers, { title: "1M × 1M, 50k keys", atMost: 350, turns: 2, created: true });
  for (const [kind, keyOf] of [
    ["dictionary", dictionaryTexts],
    ["64-bit", longIntegers],
  ] as const) {
    const [joined] = await inMemory(drawn(million, 50_000, keyOf));
    const title = `point in time: 1M × 1M, 50k keys, ${kind} keys`;
    report({ bench, case: title, value: joined?.ms ?? Number.NaN, unit: "ms", atMost: 350 });
  }
  const hot = { title: "200k × 200k, 500 hot keys", atMost: 250, turns: 1, created: false };
  await besideSql(drawn(200_000, 500, sparseIntegers), hot);
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
