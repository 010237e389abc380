import { createReadStream } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { parse } from "csv-parse";
import Papa from "papaparse";
import { csvFile } from "../../src/backends/fs/csv-file.ts";
import type { ColumnTypes } from "../../src/core/cell-type.ts";
import { seededRandom } from "../../src/core/random.ts";
import { bestMs, keep, withFolder } from "../measure.ts";
import { report } from "../report.ts";

// A CSV file of a million rows and ten columns, three of them quoted, read into typed columns; beside papaparse and csv-parse, which make
// text of every field.

const bench = "data";
const rows = 1_000_000;
const types: ColumnTypes = {
  id: { tag: "i32", nullable: false },
  at: { tag: "instant", nullable: false },
  origin: { tag: "utf8", nullable: false },
  carrier: { tag: "utf8", nullable: false },
  note: { tag: "utf8", nullable: true },
  delay: { tag: "f64", nullable: true },
  distance: { tag: "f64", nullable: false },
  fare: { tag: "f64", nullable: false },
  seats: { tag: "i32", nullable: false },
  cancelled: { tag: "bool", nullable: false },
};

function someCsv(): string {
  const random = seededRandom("csv");
  const lines = [Object.keys(types).join()];
  for (let i = 0; i < rows; i++) {
    const at = new Date(Date.UTC(2001, 0, 1) + i * 1000).toISOString().slice(0, 19);
    const origin = ["ATL", "ORD", "DFW", "LAX"][random.int(4)] ?? "ATL";
    const delay = random.int(30) === 0 ? "" : random.int(300) - 60;
    const note = random.int(10) === 0 ? `"said ""late"", gate ${random.int(90)}"` : "";
    const fare = (50 + random.next() * 900).toFixed(2);
    const distance = random.int(20_000) / 8;
    lines.push(
      `${i},${at},"${origin}","Delta, Inc.",${note},${delay},${distance},${fare},${random.int(300)},${i % 50 === 0}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

async function ours(path: string): Promise<void> {
  let read = 0;
  for await (const { table, faults } of csvFile(path).batches(types)) {
    if (faults.length > 0) throw new Error("no faulty row expected");
    read += table.rowCount;
  }
  if (read !== rows) throw new Error(`${read} rows read`);
}

function byPapaparse(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let read = 0;
    const parser = Papa.parse(Papa.NODE_STREAM_INPUT, { header: true });
    parser.on("data", () => read++);
    parser.on("error", reject);
    parser.on("end", () => (read === rows ? resolve() : reject(new Error(`${read} rows by papaparse`))));
    createReadStream(path, { highWaterMark: 1 << 20 }).pipe(parser);
  });
}

async function byCsvParse(path: string): Promise<void> {
  let read = 0;
  const parser = createReadStream(path, { highWaterMark: 1 << 20 }).pipe(parse({ columns: true }));
  for await (const row of parser) {
    keep(row === undefined ? 0 : 1);
    read++;
  }
  if (read !== rows) throw new Error(`${read} rows by csv-parse`);
}

/** Reads a CSV file by three readers. */
export async function csvBench(): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/flights.csv`;
    await writeFile(path, someCsv());
    await ours(path);
    const own = await bestMs(() => ours(path), 5);
    const papaparse = await bestMs(() => byPapaparse(path), 2);
    const csvParse = await bestMs(() => byCsvParse(path), 2);
    const name = "CSV, 1M rows x 10 columns, 3 of them quoted";
    report({ bench, case: `${name}: read into typed columns`, value: own, unit: "ms", atMost: 1200 });
    report({ bench, case: `${name}: bytes of it`, value: (await stat(path)).size / own / 1000, unit: "MB/s" });
    report({ bench, case: `${name}: papaparse takes as long, times`, value: papaparse / own, unit: "x", atLeast: 3.8 });
    report({ bench, case: `${name}: csv-parse takes as long, times`, value: csvParse / own, unit: "x", atLeast: 3.8 });
  });
}
