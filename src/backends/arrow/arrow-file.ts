import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { RecordBatchReader } from "apache-arrow";
import type { DataSource, SourceBatch } from "../../contracts/data-source.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { digestOfStream } from "../../core/stream-digest.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { recordBatchTable, requireOwnNames } from "./record-batch-table.ts";

/**
 * An Arrow IPC file as a source, in the file format (`.arrow`, Feather 2) or the stream format (`.arrows`), told apart by its first bytes;
 * one record batch in memory at a time. Compressed buffers (LZ4, Zstandard) are read where the host registered a codec in `apache-arrow`'s
 * `compressionRegistry`.
 *
 * Errors when read: `io/failed` (missing, unreadable), `data/malformed-source` (cut off, damaged, a column named twice), naming the file;
 * `table/unsupported-type`.
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { tableFromArrays, tableToIPC } from "apache-arrow";
 * import { arrowFile } from "sluice/backends/arrow";
 * const path = join(await mkdtemp(join(tmpdir(), "arrow-")), "delays.arrow");
 * await writeFile(path, tableToIPC(tableFromArrays({ delay: Float64Array.of(3, 12) }), "file"));
 * for await (const { table } of arrowFile(path).batches({ delay: { tag: "f64", nullable: false } })) {
 *   if (table.rowCount !== 2) throw new Error("two rows expected");
 * }
 * ```
 */
export function arrowFile(path: string): DataSource {
  return {
    describe: () => ({ uri: path, kind: "arrow" }),
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

async function* fileBatches(
  path: string,
  wanted: ColumnTypes,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceBatch> {
  signal?.throwIfAborted();
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(error, path);
  });
  try {
    await requireEnd(file, path);
    const reader = await RecordBatchReader.from(file).then((made) => made.open());
    requireOwnNames(reader.schema, path);
    const sourceColumns = reader.schema.fields.map((field) => field.name);
    const names = Object.keys(wanted);
    let none = true;
    for await (const batch of reader) {
      signal?.throwIfAborted();
      none = false;
      yield { table: recordBatchTable(batch, names), faults: [], sourceColumns };
    }
    if (none) yield { table: { rowCount: 0, columns: {} }, faults: [], sourceColumns };
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw isSluiceError(error) ? error : damaged(error, path);
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** The file format ends in its magic word, the stream format in a continuation marker and a length of zero. */
const magic = "ARROW1";
const endOfStream = "ffffffff00000000";

/** A file that was cut off between two batches would else pass for a shorter one. */
async function requireEnd(file: FileHandle, path: string): Promise<void> {
  const { size } = await file.stat();
  const ends = new Uint8Array(16);
  await file.read(ends, 0, 8, 0);
  await file.read(ends, 8, Math.min(8, size), Math.max(0, size - 8));
  const first = Buffer.from(ends.subarray(0, 6)).toString("latin1");
  const last = Buffer.from(ends.subarray(8));
  const whole = first === magic ? last.subarray(2).toString("latin1") === magic : last.toString("hex") === endOfStream;
  if (!whole) throw damaged(new Error("no end mark: the file is cut off, or no Arrow IPC"), path);
}

function damaged(error: unknown, path: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found: `${error instanceof Error ? error.message : String(error)} (in ${path})`,
    expected: "a whole Arrow IPC file or stream",
    fix: "Copy or write the file again, and close its writer: that writes the end mark.",
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
