import type { DataSource } from "../../contracts/data-source.ts";
import { type CsvOptions, readCsv } from "../../table/csv/read-csv.ts";
import { fileBytes, fileDigest } from "./file-bytes.ts";
import { namingFile } from "./naming-file.ts";

/**
 * A CSV file as a source, streamed. An empty field is the null that the schema accepts.
 * Errors when read: `io/failed` (missing, unreadable), `data/malformed-source`, naming the file.
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { csvFile } from "sluice/backends/fs";
 * const path = join(await mkdtemp(join(tmpdir(), "trips-")), "trips.csv");
 * await writeFile(path, "trip,km\n1,12\n2,far\n");
 * for await (const { table, faults } of csvFile(path).batches({ km: { tag: "f64", nullable: false } })) {
 *   if (table.rowCount !== 2 || faults[0]?.row !== 1) throw new Error("two rows, the second one faulty");
 * }
 * ```
 */
export function csvFile(path: string, options: CsvOptions = {}): DataSource {
  return {
    describe: () => ({ uri: path, kind: "csv" }),
    nulls: "single",
    batches: (columns, { signal } = {}) => namingFile(path, readCsv(fileBytes(path, signal), columns, options)),
    digest: ({ signal } = {}) => fileDigest(path, signal),
  };
}
