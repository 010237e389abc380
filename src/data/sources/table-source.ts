import type { DataSource } from "../../contracts/data-source.ts";
import type { Table } from "../../table/table.ts";
import { tableDigest } from "../../table/table-digest.ts";

/** A table in memory as a source; null and absent cells are told apart. */
export function tableSource(table: Table, options: { readonly uri?: string } = {}): DataSource {
  return {
    describe: () => ({ uri: options.uri ?? "table", kind: "table" }),
    nulls: "exact",
    batches: async function* (_columns, { signal } = {}) {
      signal?.throwIfAborted();
      yield { table, faults: [] };
    },
    digest: async () => tableDigest(table),
  };
}
