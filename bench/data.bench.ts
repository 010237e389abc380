import { open, stat } from "node:fs/promises";
import { z } from "zod";
import { parquetSource } from "../src/backends/duckdb/duckdb-source.ts";
import { openDuckDb } from "../src/backends/duckdb/duckdb-session.ts";
import { seededRandom } from "../src/core/random.ts";
import { completeness } from "../src/data/checks/completeness.ts";
import { rowCount } from "../src/data/checks/row-count.ts";
import { dataset } from "../src/data/dataset.ts";
import { SchemaValidator } from "../src/data/schema/schema-validator.ts";
import { openWorkspace } from "../src/open-workspace.ts";
import type { Table } from "../src/table/table.ts";
import { tableToRows } from "../src/table/table-to-rows.ts";
import { arrowBench } from "./data/arrow.ts";
import { benchValidation } from "./data/validate.ts";
import { commitBench } from "./data/commit.ts";
import { branches } from "./data/branches.ts";
import { checksOnAMillionRows } from "./data/checks.ts";
import { csvBench } from "./data/csv.ts";
import { keep, medianMs, onceMs, withFolder } from "./measure.ts";
import { report } from "./report.ts";

// Taking a million rows in: reading, validation beside zod row by row, and the whole ingest, beside what the disk needs for the bytes.

const bench = "data";
const rows = 1_000_000;
const perSecond = (ms: number, count: number = rows): number => (count * 1000) / ms;

const schema = z.object({
  id: z.number().int().nonnegative(),
  at: z.date(),
  origin: z.string().regex(/^[A-Z]{3}$/),
  carrier: z.enum(["AA", "DL", "UA", "WN"]),
  delay: z.number().min(-1500).max(3000).nullable(),
  distance: z.number().positive(),
  cancelled: z.boolean(),
});
const flights = dataset("flights", {
  schema,
  eventTime: "at",
  id: "id",
  checks: [completeness("delay", { atLeast: 0.9 }), rowCount({ atLeast: 1000 })],
});

async function writeParquet(path: string): Promise<void> {
  const session = await openDuckDb();
  try {
    await session.connection.run("select setseed(0.5)");
    await session.connection.run(
      `copy (select range::double as id, make_timestamp(1000000 * (978307200 + range)) as at,
        ['ATL','ORD','DFW','LAX','JFK'][1 + (hash(range) % 5)::int] as origin, ['AA','DL','UA','WN'][1 + (hash(range + 7) % 4)::int] as carrier,
        case when range % 37 = 0 then null else (hash(range + 1) % 400)::double - 60 end as delay,
        100 + (hash(range + 2) % 2400)::double / 2 as distance, range % 50 = 0 as cancelled from range(${rows})) to '${path}' (format parquet)`,
    );
  } finally {
    session.close();
  }
}

async function readAll(path: string): Promise<number> {
  let read = 0;
  for await (const { table } of parquetSource(path).batches(flights.columns)) read += table.rowCount;
  return read;
}

async function plainScan(path: string): Promise<void> {
  const session = await openDuckDb();
  try {
    const result = await session.connection.stream(`select * from read_parquet('${path}')`);
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk())
      keep(chunk.rowCount);
  } finally {
    session.close();
  }
}

/** Milliseconds to write and sync that many bytes, plainly. */
async function fsyncMs(path: string, bytes: number): Promise<number> {
  const random = seededRandom("bytes");
  const block = Uint8Array.from({ length: 1 << 20 }, () => random.int(256));
  return await onceMs(async () => {
    const file = await open(path, "w");
    for (let written = 0; written < bytes; written += block.length) await file.write(block);
    await file.sync();
    await file.close();
  });
}

async function validation(path: string): Promise<void> {
  const validator = new SchemaValidator(flights);
  const batches: Table[] = [];
  for await (const { table } of parquetSource(path).batches(flights.columns)) batches.push(table);
  const ours = await medianMs(() => {
    for (const table of batches) keep(validator.validate(table, { nulls: "single" }).acceptedRows.length);
  }, 3);
  const [first] = batches;
  const objects =
    first === undefined ? [] : tableToRows(first).map((row) => ({ ...row, at: new Date(Number(row["at"])) }));
  const byZod = await medianMs(() => {
    for (const row of objects) if (!schema.safeParse(row).success) throw new Error("every row should pass");
  }, 3);
  const baseline = perSecond(byZod, objects.length);
  report({
    bench,
    case: "validate 1M rows x 7 columns, beside zod row by row",
    value: perSecond(ours),
    unit: "rows/s",
    baseline,
  });
}

await benchValidation(bench);

await withFolder(async (folder) => {
  const path = `${folder}/flights.parquet`;
  await writeParquet(path);
  const plain = await medianMs(() => plainScan(path), 3);
  const read = await medianMs(async () => keep(await readAll(path)), 3);
  report({
    bench,
    case: "read 1M rows x 7 columns of Parquet, beside DuckDB's own chunks",
    value: perSecond(read),
    unit: "rows/s",
    baseline: perSecond(plain),
  });
  await validation(path);
  const workspace = await openWorkspace(`${folder}/workspace`);
  const ms = await onceMs(async () => {
    const result = await workspace.data.ingest(flights, parquetSource(path));
    if (result.outcome !== "committed" || result.rows.accepted !== rows) throw new Error(result.summary);
  });
  const head = await workspace.data.head("flights");
  if (head === undefined) throw new Error("no version was committed");
  const { size } = await stat(path);
  report({
    bench,
    case: "ingest, check and commit 1M rows x 7 columns of Parquet",
    value: ms,
    unit: "ms",
    baseline: await fsyncMs(`${folder}/probe`, size),
  });
  const back = await medianMs(async () => keep((await workspace.data.read(head.digest)).rowCount), 3);
  report({ bench, case: "read the version back", value: perSecond(back), unit: "rows/s" });
  await workspace.close();
});
await commitBench();
await branches();
await checksOnAMillionRows();

await arrowBench();
await csvBench();
