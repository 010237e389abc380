import { readFile, stat, writeFile } from "node:fs/promises";
import { csvFile } from "../src/backends/fs/csv-file.ts";
import type { ColumnTypes } from "../src/core/cell-type.ts";
import { seededRandom } from "../src/core/random.ts";
import { keep, medianMs, withFolder } from "./measure.ts";
import { report } from "./report.ts";

// Reading a CSV file of a million rows into typed columns, beside the naive way: read it all, split it, convert each field.

const bench = "csv";
const rows = 1_000_000;
const types: ColumnTypes = {
  id: { tag: "f64", nullable: false },
  at: { tag: "instant", nullable: false },
  origin: { tag: "utf8", nullable: false },
  carrier: { tag: "utf8", nullable: false },
  delay: { tag: "f64", nullable: true },
  distance: { tag: "f64", nullable: false },
  cancelled: { tag: "bool", nullable: false },
};

function someCsv(quoted: boolean): string {
  const random = seededRandom("csv");
  const lines = ["id,at,origin,carrier,delay,distance,cancelled"];
  for (let i = 0; i < rows; i++) {
    const at = new Date(Date.UTC(2001, 0, 1) + i * 1000).toISOString();
    const origin = ["ATL", "ORD", "DFW", "LAX"][random.int(4)] ?? "ATL";
    const delay = random.int(30) === 0 ? "" : random.int(300) - 60;
    lines.push(
      `${i},${at},${quoted ? `"${origin}"` : origin},${quoted ? '"Delta, Inc."' : "DL"},${delay},${random.int(20_000) / 8},${i % 50 === 0}`,
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

/** No quotes, no checks, no nulls: objects of converted fields. */
async function naive(path: string): Promise<void> {
  const [, ...lines] = (await readFile(path, "utf8")).trimEnd().split("\n");
  const objects = lines.map((line) => {
    const [id, at, origin, carrier, delay, distance, cancelled] = line.split(",");
    return {
      id: Number(id),
      at: new Date(at ?? ""),
      origin,
      carrier,
      delay: Number(delay),
      distance: Number(distance),
      cancelled: cancelled === "true",
    };
  });
  keep(objects.length);
}

await withFolder(async (folder) => {
  const path = `${folder}/flights.csv`;
  await writeFile(path, someCsv(false));
  const megabytes = (await stat(path)).size / 1e6;
  const plain = await medianMs(() => naive(path), 3);
  const read = await medianMs(() => ours(path), 3);
  report({
    bench,
    case: "read 1M rows x 7 columns, beside splitting",
    value: (rows * 1000) / read,
    unit: "rows/s",
    baseline: (rows * 1000) / plain,
  });
  report({ bench, case: "bytes of it", value: (megabytes * 1000) / read, unit: "MB/s" });
  await writeFile(path, someCsv(true));
  report({
    bench,
    case: "read 1M rows x 7 columns, 2 of them quoted",
    value: (rows * 1000) / (await medianMs(() => ours(path), 3)),
    unit: "rows/s",
  });
});
