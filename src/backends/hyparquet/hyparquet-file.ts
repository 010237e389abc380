import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type * as Hyparquet from "hyparquet";
import type { AsyncBuffer, Compressors, FileMetaData } from "hyparquet";
import type { DataSource, SourceBatch } from "../../contracts/data-source.ts";
import type { RowIssue } from "../../contracts/row-fault.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { digestOfStream } from "../../core/stream-digest.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { Column } from "../../table/column.ts";
import { makeTable } from "../../table/table.ts";
import { cellAdder } from "../../table/table-from-rows.ts";
import { type ParquetColumn, parquetColumns } from "./parquet-columns.ts";

/** Rows in a batch handed on. */
const batchRows = 65_536;

/**
 * A Parquet file as a source, read by `hyparquet`: plain JavaScript, for places without DuckDB, whose `parquetSource` is some ten times as
 * fast. Snappy and uncompressed files need `hyparquet` alone, the other codecs `hyparquet-compressors` too. The memory holds the wanted
 * columns of one row group.
 *
 * Errors when read: `io/failed`, `optional-dependency/missing`, `data/malformed-source` (cut off, damaged, a column named twice), naming the
 * file; `table/unsupported-type`.
 *
 * @example
 * ```ts
 * import { hyparquetFile } from "sluice/backends/hyparquet";
 * const source = hyparquetFile("flights.parquet");
 * if (source.describe().kind !== "parquet") throw new Error("a Parquet source expected");
 * ```
 */
export function hyparquetFile(path: string): DataSource {
  return {
    describe: () => ({ uri: path, kind: "parquet" }),
    nulls: "single",
    batches: (columns, { signal } = {}) => fileBatches(path, columns, signal),
    digest: async ({ signal } = {}) => {
      try {
        return await digestOfStream(createReadStream(path, { highWaterMark: 1 << 20 }), signal);
      } catch (error) {
        if (signal?.aborted === true) throw signal.reason;
        throw unreadable(error, path);
      }
    },
  };
}

/** Instants as milliseconds, with what is below them. */
const parsers = {
  timestampFromMilliseconds: (millis: bigint): number => Number(millis),
  timestampFromMicroseconds: (micros: bigint): number => Number(micros / 1000n) + Number(micros % 1000n) / 1000,
  timestampFromNanoseconds: (nanos: bigint): number => Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6,
  dateFromDays: (days: number): number => days * 86_400_000,
};

async function* fileBatches(
  path: string,
  wanted: ColumnTypes,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceBatch> {
  signal?.throwIfAborted();
  const { parquetMetadataAsync, parquetReadObjects } = await loadHyparquet();
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(error, path);
  });
  try {
    const buffer = await asyncBuffer(file);
    const metadata = await parquetMetadataAsync(buffer);
    const { columns, sourceColumns } = parquetColumns(metadata, Object.keys(wanted), path);
    const compressors = await neededCompressors(metadata);
    let from = 0;
    for (const group of metadata.row_groups) {
      const end = from + Number(group.num_rows);
      for (; from < end; from = Math.min(from + batchRows, end)) {
        signal?.throwIfAborted();
        const rows = await parquetReadObjects({
          file: buffer,
          metadata,
          columns: columns.map(({ name }) => name),
          rowStart: from,
          rowEnd: Math.min(from + batchRows, end),
          parsers,
          ...(compressors && { compressors }),
        });
        yield { ...batchOf(rows, columns), sourceColumns };
      }
    }
    if (from === 0) yield { ...batchOf([], columns), sourceColumns };
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw isSluiceError(error) ? error : damaged(error, path);
  } finally {
    await file.close();
  }
}

function batchOf(
  rows: readonly { readonly [name: string]: unknown }[],
  columns: readonly ParquetColumn[],
): Pick<SourceBatch, "table" | "faults"> {
  const made: { [name: string]: Column } = {};
  const issuesOf = new Map<number, RowIssue[]>();
  for (const { name, tag, cell } of columns) {
    const adder = cellAdder(tag);
    rows.forEach((row, i) => {
      const value = row[name];
      if (adder.tryPush(value === null || value === undefined ? null : cell(value))) return;
      adder.tryPush(undefined);
      const issues = issuesOf.get(i) ?? [];
      issues.push({ path: name, code: "unreadable_value", message: `${String(value)} is no value of type ${tag}` });
      issuesOf.set(i, issues);
    });
    made[name] = adder.builder.finish();
  }
  const faults = [...issuesOf].sort(([a], [b]) => a - b).map(([row, issues]) => ({ row, issues }));
  return { table: columns.length === 0 ? { rowCount: rows.length, columns: made } : makeTable(made), faults };
}

async function asyncBuffer(file: FileHandle): Promise<AsyncBuffer> {
  const { size } = await file.stat();
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const from = start < 0 ? Math.max(0, size + start) : start;
      const bytes = new Uint8Array(Math.max(0, end - from));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
        if (bytesRead === 0) throw new Error(`the file ends at byte ${from + filled}, expected ${end}`);
        filled += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

async function loadHyparquet(): Promise<typeof Hyparquet> {
  try {
    return await import("hyparquet");
  } catch (cause) {
    throw missing("hyparquet", cause);
  }
}

async function neededCompressors(metadata: FileMetaData): Promise<Compressors | undefined> {
  const codecs = metadata.row_groups.flatMap((group) => group.columns.map((column) => column.meta_data?.codec));
  if (codecs.every((codec) => codec === undefined || codec === "UNCOMPRESSED" || codec === "SNAPPY")) return undefined;
  try {
    return (await import("hyparquet-compressors")).compressors;
  } catch (cause) {
    throw missing("hyparquet-compressors", cause);
  }
}

function missing(name: string, cause: unknown): SluiceError {
  return new SluiceError("optional-dependency/missing", {
    found: `no package ${name} that loads here`,
    expected: "it, for Parquet files without DuckDB",
    fix: `Install it: npm install ${name}`,
    cause,
  });
}

function damaged(error: unknown, path: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found: `${error instanceof Error ? error.message : String(error)} (in ${path})`,
    expected: "a whole Parquet file",
    fix: "Copy or write the file again; check it with another tool.",
    cause: error,
  });
}

function unreadable(error: unknown, path: string): SluiceError {
  return new SluiceError("io/failed", {
    found: `${error instanceof Error ? error.message : String(error)} (${path})`,
    expected: "a file that this process may read",
    fix: "Check the path and its rights.",
    cause: error,
  });
}
