import { open } from "node:fs/promises";
import { z } from "zod";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import type { BlobStore } from "../../src/contracts/blob-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { dataMigrations } from "../../src/data/data-migrations.ts";
import { dataset } from "../../src/data/dataset.ts";
import { DatasetRepository } from "../../src/data/dataset-repository.ts";
import type { Compression } from "../../src/data/parts/pack-writer.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import type { Column } from "../../src/table/column.ts";
import { concatTables } from "../../src/table/concat-tables.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { sliceRows, takeRows } from "../../src/table/take-rows.ts";
import { keep, onceMs, withFolder } from "../measure.ts";
import { report } from "../report.ts";

// Committing a million rows of ten columns, durably, beside a plain write and sync of as many bytes; what changes cost in bytes stored; reading.

const bench = "data";
const rows = 1_000_000;
const doubles = ["a", "b", "c", "d", "e", "f"];

const trips = dataset("trips", {
  schema: z.object({
    id: z.number(),
    at: z.date(),
    ...Object.fromEntries(doubles.map((name) => [name, z.number()])),
    stop: z.string(),
    late: z.boolean(),
  }),
  eventTime: "at",
  id: "id",
});

function tripRows(count: number, first: number): Table {
  const random = seededRandom(`trips ${first}`);
  const columns: { [name: string]: Column } = {
    id: { tag: "f64", values: Float64Array.from({ length: count }, (_, i) => first + i) },
    at: { tag: "instant", values: Float64Array.from({ length: count }, (_, i) => 1e12 + 1000 * (first + i)) },
  };
  for (const name of doubles)
    columns[name] = {
      tag: "f64",
      values: Float64Array.from({ length: count }, () => Math.round(random.next() * 1e5) / 100),
    };
  const stops = Array.from({ length: 2000 }, (_, i) => `stop ${i}`);
  columns["stop"] = {
    tag: "utf8",
    values: Int32Array.from({ length: count }, () => random.int(2000)),
    dictionary: stops,
  };
  columns["late"] = { tag: "bool", values: Uint8Array.from({ length: count }, () => random.int(2)) };
  return makeTable(columns);
}

interface Store {
  readonly repository: DatasetRepository;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

async function openStore(folder: string, compression: Compression): Promise<Store> {
  const clock = manualClock(1_000_000_000_000);
  const metadata = sqliteMetadata({ path: `${folder}/metadata.sqlite` });
  await metadata.migrate([ledgerMigrations, dataMigrations]);
  const blobs = fsBlobs({ path: `${folder}/blobs` });
  const wiring = { metadata, clock };
  const ledger = {
    audit: new SqlAuditLog(wiring),
    lineage: new SqlLineageStore(wiring),
    changes: new SqlChangeFeed(wiring),
  };
  const repository = new DatasetRepository({ metadata, blobs, ledger, clock, compression });
  return { repository, blobs, close: () => metadata.close() };
}

async function storedBytes(blobs: BlobStore): Promise<number> {
  let bytes = 0;
  for await (const { sizeBytes } of blobs.list()) bytes += sizeBytes;
  return bytes;
}

/** Milliseconds to write and sync so many bytes into one file. */
async function plainWriteMs(path: string, bytes: number): Promise<number> {
  const block = new Uint8Array(bytes).fill(7);
  return await onceMs(async () => {
    const file = await open(path, "w");
    await file.writeFile(block);
    await file.sync();
    await file.close();
  });
}

async function commits(table: Table, compression: Compression, atMost?: number): Promise<void> {
  let best = Number.POSITIVE_INFINITY;
  let plain = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (let run = 0; run < 5; run++) {
    await withFolder(async (folder) => {
      const store = await openStore(folder, compression);
      await store.repository.register(trips);
      best = Math.min(best, await onceMs(() => store.repository.commit(trips, [table])));
      bytes = await storedBytes(store.blobs);
      plain = Math.min(plain, await plainWriteMs(`${folder}/plain`, bytes));
      await store.close();
    });
  }
  const how = `compression ${compression}, ${(bytes / 1e6).toFixed(1)} MB stored, beside a plain write and sync of them`;
  report({
    bench,
    case: `commit 1M rows x 10 columns, ${how}`,
    value: best,
    unit: "ms",
    ...(atMost === undefined ? {} : { atMost }),
    baseline: plain,
  });
}

/** What share of the bytes of a first version a second one stores anew. */
async function newlyStored(first: Table, second: Table, append: boolean): Promise<number> {
  let share = 0;
  await withFolder(async (folder) => {
    const store = await openStore(folder, "none");
    await store.repository.commit(trips, [first]);
    const before = await storedBytes(store.blobs);
    await store.repository.commit(trips, [second], append ? {} : { parent: null });
    share = (100 * ((await storedBytes(store.blobs)) - before)) / before;
    await store.close();
  });
  return share;
}

function withUpdates(table: Table): Table {
  const random = seededRandom("updates");
  const a = Float64Array.from({ length: rows }, (_, i) => (table.columns["a"]?.values[i] as number) ?? 0);
  for (let i = 0; i < 100; i++) a[random.int(rows)] = -1;
  return makeTable({ ...table.columns, a: { tag: "f64", values: a } });
}

async function changes(table: Table): Promise<void> {
  const without = concatTables([sliceRows(table, 0, 500_000), sliceRows(table, 501_000, rows)]);
  const cases: readonly (readonly [string, Table, boolean, number?])[] = [
    ["1% appended", tripRows(rows / 100, rows), true, 2.5],
    ["one row inserted at the front", concatTables([tripRows(1, -1), table]), false, 1],
    ["one column of 100 random rows updated", withUpdates(table), false],
    ["1,000 consecutive rows deleted", without, false, 2.5],
    ["1,000 random rows deleted", withoutRandom(table), false],
  ];
  for (const [name, second, append, atMost] of cases) {
    const value = await newlyStored(table, second, append);
    report({
      bench,
      case: `${name}: bytes newly stored`,
      value,
      unit: "%",
      ...(atMost === undefined ? {} : { atMost }),
    });
  }
}

function withoutRandom(table: Table): Table {
  const random = seededRandom("deleted");
  const gone = new Set(Array.from({ length: 1000 }, () => random.int(rows)));
  return takeRows(
    table,
    Int32Array.from({ length: rows }, (_, i) => i).filter((i) => !gone.has(i)),
  );
}

async function reads(table: Table, compression: Compression): Promise<void> {
  await withFolder(async (folder) => {
    const store = await openStore(folder, compression);
    const { digest } = await store.repository.commit(trips, [table]);
    for (const columns of [undefined, ["a"], ["stop"]]) {
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 5; run++)
        best = Math.min(
          best,
          await onceMs(async () => keep((await store.repository.read(digest, columns && { columns })).rowCount)),
        );
      const what = columns === undefined ? "all 10 columns" : `column "${columns[0]}" alone`;
      report({
        bench,
        case: `read a version of 1M rows, ${what}, compression ${compression}`,
        value: best,
        unit: "ms",
      });
    }
    await store.close();
  });
}

/** The figures of committing to and reading from the version store. */
export async function commitBench(): Promise<void> {
  const table = tripRows(rows, 0);
  await commits(table, "none", 250);
  await commits(table, "zstd", 400);
  await commits(table, "deflate");
  await changes(table);
  for (const compression of ["none", "zstd"] as const) await reads(table, compression);
}
