import type { DataSource } from "../../contracts/data-source.ts";
import type { Digest } from "../../core/digest.ts";
import type { Table } from "../../table/table.ts";
import { tableDigest } from "../../table/table-digest.ts";
import { sliceRows } from "../../table/take-rows.ts";

/** Rows in a batch handed on. */
const batchRows = 131_072;

/**
 * A table in memory as a source; null and absent cells are told apart.
 *
 * @example
 * ```ts
 * import { tableSource } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const table = makeTable({ km: { tag: "f64", values: Float64Array.of(3, 12) } });
 * for await (const batch of tableSource(table, { uri: "trips" }).batches({ km: { tag: "f64", nullable: false } })) {
 *   if (batch.table.rowCount !== 2) throw new Error("two rows expected");
 * }
 * ```
 */
export function tableSource(table: Table, options: { readonly uri?: string } = {}): DataSource {
  let digest: Digest | undefined;
  return {
    describe: () => ({ uri: options.uri ?? "table", kind: "table" }),
    nulls: "exact",
    batches: async function* (_columns, { signal } = {}) {
      for (let from = 0; from === 0 || from < table.rowCount; from += batchRows) {
        signal?.throwIfAborted();
        yield { table: sliceRows(table, from, Math.min(from + batchRows, table.rowCount)), faults: [] };
      }
    },
    digest: async () => {
      digest ??= tableDigest(table);
      return digest;
    },
  };
}
