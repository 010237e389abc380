import type { DataSource } from "../../contracts/data-source.ts";
import { type CsvOptions, readCsv } from "../../table/csv/read-csv.ts";
import { fileBytes, fileDigest } from "./file-bytes.ts";
import { namingFile } from "./naming-file.ts";

/**
 * A CSV file as a source, streamed. An empty field is the null that the schema accepts.
 * Errors when read: `io/failed` (missing, unreadable), `data/malformed-source`, naming the file.
 */
export function csvFile(path: string, options: CsvOptions = {}): DataSource {
  return {
    describe: () => ({ uri: path, kind: "csv" }),
    nulls: "single",
    batches: (columns, { signal } = {}) => namingFile(path, readCsv(fileBytes(path, signal), columns, options)),
    digest: ({ signal } = {}) => fileDigest(path, signal),
  };
}
