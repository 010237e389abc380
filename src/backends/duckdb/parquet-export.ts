import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { CellTag } from "../../core/cell-type.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { cellState } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";
import { duckDbError } from "./duckdb-session.ts";
import { piecesOf, writeFiles } from "./parquet-files.ts";
import {
  absentName,
  asIo,
  manifestName,
  type ParquetExport,
  type ParquetExportFile,
  readExport,
} from "./parquet-manifest.ts";

/** Reads versions: a workspace's `data`, or a `DatasetRepository`. */
export interface VersionReader {
  /** A version by digest. */
  version(digest: Digest): Promise<DatasetVersion>;
  /** Its rows, part by part. */
  scan(digest: Digest, options?: { readonly signal?: AbortSignal }): AsyncIterable<Table>;
  /** All its rows; asked of a version without any, for its columns. */
  read(digest: Digest, options?: { readonly signal?: AbortSignal }): Promise<Table>;
}

/** How {@link exportParquet} writes. */
export interface ParquetExportOptions extends WorkOptions {
  /** The most rows in one file. @default 1_000_000 */
  readonly rowsPerFile?: number;
}

/**
 * Writes a version as Parquet files and a `manifest.json` that names the version, the columns, and each file with its digest. Any tool reads
 * the files; {@link exportedSource} reads them back to equal cells. Parquet knows one null: a column with absent cells has a boolean column
 * `<name>__absent` beside it. The manifest is written last, so a folder with one is whole. Needs `@duckdb/node-api`. The version is read twice, part
 * by part; one file's rows are in memory.
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
  const { signal } = options;
  const rowsPerFile = rowsOf(options.rowsPerFile ?? 1_000_000);
  const version = await reader.version(digest);
  const parts = (): AsyncIterable<Table> => reader.scan(digest, signal === undefined ? {} : { signal });
  const columns = await columnsOf(version.rows === 0 ? [await reader.read(digest)] : parts());
  try {
    await prepareFolder(folder, digest);
    const files: ParquetExportFile[] = [];
    for await (const file of writeFiles(piecesOf(parts(), rowsPerFile), columns, folder, signal)) {
      files.push(file);
      const done = files.reduce((sum, { rows }) => sum + rows, 0);
      options.onProgress?.({ stage: `exporting ${version.dataset}`, done, total: version.rows, unit: "rows" });
    }
    const { dataset, schemaDigest, rows } = version;
    const manifest: ParquetExport = { schema: 1, dataset, version: digest, schemaDigest, rows, columns, files };
    const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
    await writeFile(join(folder, `${manifestName}.tmp`), text, { flush: true });
    await rename(join(folder, `${manifestName}.tmp`), join(folder, manifestName));
    return manifest;
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw duckDbError(asIo(error), folder);
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

/** The columns of a version's parts; whether one has absent cells is known after the last part only. Errors: `definition/conflict`. */
async function columnsOf(parts: AsyncIterable<Table> | Iterable<Table>): Promise<ParquetExport["columns"]> {
  const found = new Map<string, { readonly name: string; readonly tag: CellTag; readonly absent: boolean }>();
  for await (const { columns } of parts) {
    for (const [name, { tag, states }] of Object.entries(columns)) {
      const absent = found.get(name)?.absent === true || states?.includes(cellState.absent) === true;
      found.set(name, { name, tag, absent });
    }
  }
  for (const { name, absent } of found.values()) {
    if (absent && found.has(absentName(name))) {
      throw new SluiceError("definition/conflict", {
        found: `a column "${absentName(name)}", and absent cells in column "${name}"`,
        expected: "that name free: it says which cells are absent and not null",
        fix: "Rename the column in the dataset.",
      });
    }
  }
  return [...found.values()];
}

function rowsOf(count: number): number {
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new SluiceError("argument/invalid", {
    found: `rowsPerFile ${count}`,
    expected: "a whole number from 1",
    fix: "Leave it out for a million rows a file.",
  });
}
