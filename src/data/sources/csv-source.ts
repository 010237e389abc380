import type { DataSource } from "../../contracts/data-source.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { type CsvOptions, readCsv } from "../../table/csv/read-csv.ts";
import { pieces } from "./pieces.ts";

/** What a {@link csvSource} takes. */
export interface CsvSourceOptions extends CsvOptions {
  /** How the source is named in lineage. @default "csv" */
  readonly uri?: string;
}

/**
 * CSV text or bytes in memory as a source; for a file see `csvFile` of `sluice/backends/fs`. An empty field is the null that the schema
 * accepts. Errors when read: `data/malformed-source`.
 *
 * @example
 * ```ts
 * import { csvSource } from "sluice/data";
 * const source = csvSource("origin,delay\nATL,3\n");
 * for await (const { table } of source.batches({ delay: { tag: "f64", nullable: false } })) {
 *   if (table.rowCount !== 1) throw new Error("one row expected");
 * }
 * ```
 */
export function csvSource(content: string | Uint8Array, options: CsvSourceOptions = {}): DataSource {
  let digest: Digest | undefined;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return {
    describe: () => ({ uri: options.uri ?? "csv", kind: "csv" }),
    nulls: "single",
    batches: (columns, { signal } = {}) => readCsv(pieces(bytes, signal), columns, options),
    digest: async () => {
      digest ??= digestOf(bytes);
      return digest;
    },
  };
}
