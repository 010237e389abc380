import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { DataSource } from "../../contracts/data-source.ts";
import { type CsvOptions, readCsv } from "../../table/csv/read-csv.ts";
import { fileError } from "./file-errors.ts";

/**
 * A CSV file as a source, streamed. An empty field is the null that the schema accepts.
 * Errors when read: `io/failed` (missing, unreadable), `data/malformed-source`.
 */
export function csvFile(path: string, options: CsvOptions = {}): DataSource {
  return {
    describe: () => ({ uri: path, kind: "csv" }),
    nulls: "single",
    batches: (columns, { signal } = {}) => readCsv(fileBytes(path, signal), columns, options),
    digest: async ({ signal } = {}) => {
      const hash = createHash("sha256");
      for await (const bytes of fileBytes(path, signal)) hash.update(bytes);
      return `sha256:${hash.digest("hex")}`;
    },
  };
}

async function* fileBytes(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
      signal?.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw fileError(error, path);
  }
}
