import type { DataSource } from "../../contracts/data-source.ts";
import { type JsonLinesOptions, readJsonLines } from "../../table/json-lines/read-json-lines.ts";
import { fileBytes, fileDigest } from "./file-bytes.ts";
import { namingFile } from "./naming-file.ts";

/**
 * A file of JSON lines as a source, streamed. A missing key is absent, `null` is null; a line that is no object is a faulty row.
 * Errors when read: `io/failed` (missing, unreadable), `data/malformed-source`, naming the file.
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { jsonLinesFile } from "sluice/backends/fs";
 * const path = join(await mkdtemp(join(tmpdir(), "trips-")), "trips.jsonl");
 * await writeFile(path, '{"km":12}\n{"km":"far"}\n');
 * for await (const { table, faults } of jsonLinesFile(path).batches({ km: { tag: "f64", nullable: false } })) {
 *   if (table.rowCount !== 2 || faults[0]?.row !== 1) throw new Error("two rows, the second one faulty");
 * }
 * ```
 */
export function jsonLinesFile(path: string, options: JsonLinesOptions = {}): DataSource {
  return {
    describe: () => ({ uri: path, kind: "jsonl" }),
    nulls: "exact",
    batches: (columns, { signal } = {}) => namingFile(path, readJsonLines(fileBytes(path, signal), columns, options)),
    digest: ({ signal } = {}) => fileDigest(path, signal),
  };
}
