import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { cellState } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";
import { sliceRows } from "../../table/take-rows.ts";
import { duckDbError } from "./duckdb-session.ts";
import { fileDigest } from "./file-digest.ts";
import { createTableSql, type OfflineDatabase, openOfflineDatabase, quoted } from "./offline-database.ts";
import { quoteText } from "./readable-query.ts";

/** Reads versions: a workspace's `data`, or a `DatasetRepository`. */
export interface VersionReader {
  /** A version by digest. */
  version(digest: Digest): Promise<DatasetVersion>;
  /** All its rows. */
  read(digest: Digest, options?: { readonly signal?: AbortSignal }): Promise<Table>;
}

/** How {@link exportParquet} writes. */
export interface ParquetExportOptions extends WorkOptions {
  /** The most rows in one file. @default 1_000_000 */
  readonly rowsPerFile?: number;
}

/** A file of an export. */
export interface ParquetExportFile {
  /** Its name in the folder. */
  readonly path: string;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Of the file's bytes. */
  readonly digest: Digest;
}

/** What an export's `manifest.json` says. */
export interface ParquetExport {
  readonly schema: 1;
  readonly dataset: string;
  /** The exported version. */
  readonly version: Digest;
  readonly schemaDigest: Digest;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly tag: CellTag; readonly absent: boolean }[];
  readonly files: readonly ParquetExportFile[];
}

/** The name of an export's manifest. */
export const manifestName: "manifest.json" = "manifest.json";

/** The column that says where a column's nulls are absent cells. */
export function absentName(name: string): string {
  return `${name}__absent`;
}

/**
 * Writes a version as Parquet files and a `manifest.json` that names the version, the columns, and each file with its digest. Any tool reads
 * the files; {@link exportedSource} reads them back to equal cells. Parquet knows one null: a column with absent cells has a boolean column
 * `<name>__absent` beside it. The manifest is written last, so a folder with one is whole. Needs `@duckdb/node-api`; the version is in memory
 * while it is written.
 *
 * Errors: `data/version-not-found`, `definition/conflict` (the folder holds another version's export, or a column is called like a mark),
 * `io/failed`, `optional-dependency/missing`; the signal's reason.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { dataset, openWorkspace, rowsSource } from "sluice";
 * import { exportedSource, exportParquet } from "sluice/backends/duckdb";
 * import { z } from "zod";
 *
 * const folder = await mkdtemp(join(tmpdir(), "export-"));
 * const ws = await openWorkspace(join(folder, "workspace"));
 * const trips = dataset("trips", { schema: z.object({ left: z.date(), km: z.number() }), eventTime: "left" });
 * const { outcome } = await ws.data.ingest(trips, rowsSource([{ left: new Date(0), km: 12 }]));
 * const head = await ws.data.head("trips");
 * if (outcome !== "committed" || head === undefined) throw new Error("a version expected");
 * const manifest = await exportParquet(ws.data, head.digest, join(folder, "trips"));
 * if (manifest.rows !== 1 || manifest.version !== head.digest) throw new Error("one row expected");
 * for await (const { table } of exportedSource(join(folder, "trips")).batches(trips.columns)) {
 *   if (table.columns["km"]?.values[0] !== 12) throw new Error("the same cell expected");
 * }
 * await ws.close();
 * ```
 */
export async function exportParquet(
  reader: VersionReader,
  digest: Digest,
  folder: string,
  options: ParquetExportOptions = {},
): Promise<ParquetExport> {
  const { signal, onProgress } = options;
  const rowsPerFile = rowsOf(options.rowsPerFile ?? 1_000_000);
  const version = await reader.version(digest);
  const table = await reader.read(digest, signal === undefined ? {} : { signal });
  const columns = columnsOf(table);
  try {
    await prepareFolder(folder, digest);
    const files: ParquetExportFile[] = [];
    const database = await openOfflineDatabase(":memory:");
    try {
      for (let from = 0; from < table.rowCount || files.length === 0; from += rowsPerFile) {
        signal?.throwIfAborted();
        const rows = sliceRows(table, from, Math.min(from + rowsPerFile, table.rowCount));
        const path = `part-${String(files.length).padStart(5, "0")}.parquet`;
        await writeParquet(database, rows, columns, join(folder, path));
        const { size } = await stat(join(folder, path));
        files.push({
          path,
          rows: rows.rowCount,
          sizeBytes: size,
          digest: await fileDigest(join(folder, path), signal),
        });
        const done = Math.min(from + rowsPerFile, table.rowCount);
        onProgress?.({ stage: `exporting ${version.dataset}`, done, total: table.rowCount, unit: "rows" });
      }
    } finally {
      database.close();
    }
    const { dataset, schemaDigest } = version;
    const manifest: ParquetExport = {
      schema: 1,
      dataset,
      version: digest,
      schemaDigest,
      rows: table.rowCount,
      columns,
      files,
    };
    const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
    await writeFile(join(folder, `${manifestName}.tmp`), text, { flush: true });
    await rename(join(folder, `${manifestName}.tmp`), join(folder, manifestName));
    return manifest;
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw duckDbError(asIo(error), folder);
  }
}

/** The manifest of an exported folder. Errors: `io/failed`, `data/malformed-source`. */
export async function readExport(folder: string): Promise<ParquetExport> {
  const path = join(folder, manifestName);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw duckDbError(asIo(error), path);
  });
  const manifest = parsed(text);
  if (manifest?.schema === 1 && isDigest(manifest.version) && Array.isArray(manifest.files)) return manifest;
  throw new SluiceError("data/malformed-source", {
    found: `no manifest of format 1 in ${path}`,
    expected: "a folder that exportParquet wrote",
    fix: "Export the version again.",
  });
}

function parsed(text: string): ParquetExport | undefined {
  try {
    const value: ParquetExport | null = JSON.parse(text);
    return value ?? undefined;
  } catch {
    return undefined; // the caller says what it found
  }
}

async function prepareFolder(folder: string, digest: Digest): Promise<void> {
  await mkdir(folder, { recursive: true });
  const there = await stat(join(folder, manifestName)).then(
    () => true,
    () => false,
  );
  if (!there) return;
  const { version } = await readExport(folder);
  if (version !== digest) {
    throw new SluiceError("definition/conflict", {
      found: `an export of version ${version} in ${folder}`,
      expected: "an empty folder, or an export of the same version",
      fix: "Name another folder, or delete this one.",
    });
  }
  // Written anew: until that is done, nothing may vouch for the files.
  await rm(join(folder, manifestName));
}

function columnsOf(table: Table): ParquetExport["columns"] {
  return Object.entries(table.columns).map(([name, column]) => {
    const absent = column.states?.includes(cellState.absent) === true;
    if (absent && Object.hasOwn(table.columns, absentName(name))) {
      throw new SluiceError("definition/conflict", {
        found: `a column "${absentName(name)}", and absent cells in column "${name}"`,
        expected: "that name free: it says which cells are absent and not null",
        fix: "Rename the column in the dataset.",
      });
    }
    return { name, tag: column.tag, absent };
  });
}

async function writeParquet(
  database: OfflineDatabase,
  rows: Table,
  columns: ParquetExport["columns"],
  path: string,
): Promise<void> {
  const types: ColumnTypes = Object.fromEntries(columns.map(({ name, tag }) => [name, { tag, nullable: true }]));
  const { connection } = database;
  await connection.run(createTableSql("exported", types));
  try {
    await database.appendRows("exported", rows, types, 0);
    const cells = columns.flatMap(({ name, tag, absent }, i) => [
      // Instants are doubles of epoch ms; Parquet's have microseconds.
      `${tag === "instant" ? `make_timestamp(round(v${i} * 1000)::bigint)` : `v${i}`} as ${quoted(name)}`,
      ...(absent ? [`s${i} = ${cellState.absent} as ${quoted(absentName(name))}`] : []),
    ]);
    const query = `select ${cells.join(", ")} from exported order by ord`;
    await connection.run(`copy (${query}) to ${quoteText(path)} (format parquet, compression zstd)`);
  } finally {
    await connection.run("drop table exported");
  }
}

function rowsOf(count: number): number {
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new SluiceError("argument/invalid", {
    found: `rowsPerFile ${count}`,
    expected: "a whole number from 1",
    fix: "Leave it out for a million rows a file.",
  });
}

/** A file system error as DuckDB words its own. */
function asIo(error: unknown): unknown {
  return error instanceof Error && "code" in error && "syscall" in error
    ? new Error(`IO Error: ${error.message}`, { cause: error })
    : error;
}
