import type { Table as ArrowTable } from "apache-arrow";
import type { DataSource } from "../../contracts/data-source.ts";
import type { Digest } from "../../core/digest.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { tableDigest } from "../../table/table-digest.ts";
import { isListColumn } from "../../table/column.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { listsAsJson } from "./arrow-nested.ts";
import { recordBatchTable, requireOwnNames } from "./record-batch-table.ts";

/**
 * An Arrow table as a source, read from its buffers (slices and dictionaries included). Arrow has one null: it stands for whichever of
 * null and absent the schema accepts. Errors when read: `table/unsupported-type`.
 *
 * @example
 * ```ts
 * import { arrowSource } from "sluice/backends/arrow";
 * import { tableFromArrays } from "apache-arrow";
 * const source = arrowSource(tableFromArrays({ delay: Float64Array.of(3, 12) }));
 * for await (const { table } of source.batches({ delay: { tag: "f64", nullable: false } })) {
 *   if (table.rowCount !== 2) throw new Error("two rows expected");
 * }
 * ```
 */
export function arrowSource(table: ArrowTable, options: { readonly uri?: string } = {}): DataSource {
  let digest: Digest | undefined;
  return {
    describe: () => ({ uri: options.uri ?? "arrow", kind: "arrow" }),
    nulls: "single",
    batches: async function* (wanted, { signal } = {}) {
      requireOwnNames(table.schema, options.uri ?? "arrow");
      const sourceColumns = table.schema.fields.map((field) => field.name);
      for (const batch of recordBatches(table, Object.keys(wanted))) {
        signal?.throwIfAborted();
        yield { table: batch, faults: [], sourceColumns };
      }
    },
    digest: async () => {
      digest ??= tableDigest(tableFromArrow(table));
      return digest;
    },
  };
}

/**
 * An Arrow table as a table of ours, copied. Throws `table/unsupported-type`.
 *
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { tableFromArrow } from "sluice/backends/arrow";
 * const table = tableFromArrow(tableFromArrays({ delay: Float64Array.of(3, 12) }));
 * if (table.columns["delay"]?.values[1] !== 12) throw new Error("12 expected");
 * ```
 */
export function tableFromArrow(table: ArrowTable): Table {
  const names = table.schema.fields.map((field) => field.name);
  return concatTables(withoutMixedLists([...recordBatches(table, names)]));
}

/** Where the lists of a column are JSON in one batch, for a null among their items, they are in all. */
function withoutMixedLists(tables: readonly Table[]): readonly Table[] {
  const json = new Set(
    tables.flatMap(({ columns }) => Object.keys(columns).filter((name) => columns[name]?.tag === "json")),
  );
  return tables.map((table) => {
    const mixed = Object.entries(table.columns).flatMap(([name, column]) =>
      json.has(name) && isListColumn(column) ? [[name, listsAsJson(name, column)] as const] : [],
    );
    return mixed.length === 0 ? table : makeTable({ ...table.columns, ...Object.fromEntries(mixed) });
  });
}

function* recordBatches(table: ArrowTable, wanted: readonly string[]): Iterable<Table> {
  for (const batch of table.batches) yield recordBatchTable(batch, wanted);
}
