import { join } from "node:path";
import type { DataSource, SourceBatch } from "../../contracts/data-source.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { cellState, type Column } from "../../table/column.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { parquetSource } from "./duckdb-source.ts";
import { fileDigest } from "./file-digest.ts";
import { absentName, type ParquetExport, type ParquetExportFile, readExport } from "./parquet-manifest.ts";

/**
 * Reads what `exportParquet` wrote, cell for cell: null, absent and NaN as they were, every file verified before it is read. Its digest is that
 * of the exported version. Needs `@duckdb/node-api`.
 *
 * Errors when read: `blob/corrupt` naming the file, `data/invalid-path`, `data/malformed-source`, `io/failed`, `optional-dependency/missing`.
 *
 * @example
 * ```ts
 * import { exportedSource } from "sluice/backends/duckdb";
 * if (exportedSource("exports/trips").describe().kind !== "parquet") throw new Error("a Parquet source expected");
 * ```
 */
export function exportedSource(folder: string): DataSource {
  return {
    describe: () => ({ uri: folder, kind: "parquet" }),
    nulls: "exact",
    batches: async function* (columns, options = {}) {
      const manifest = await readExport(folder);
      for (const file of manifest.files) yield* fileBatches(folder, manifest, file, columns, options.signal);
    },
    digest: async () => (await readExport(folder)).version,
  };
}

async function* fileBatches(
  folder: string,
  { columns }: ParquetExport,
  file: ParquetExportFile,
  wanted: ColumnTypes,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceBatch> {
  const path = join(folder, file.path);
  const digest = await fileDigest(path, signal);
  if (digest !== file.digest) {
    throw new SluiceError("blob/corrupt", {
      found: `bytes with the digest ${digest} in ${path}`,
      expected: `the digest ${file.digest}, as the manifest says`,
      fix: "Export the version again.",
    });
  }
  const read = columns.filter(({ name }) => Object.hasOwn(wanted, name));
  const types: ColumnTypes = Object.fromEntries(
    read.flatMap(({ name, tag, absent }) => [
      [name, { tag, nullable: true }],
      ...(absent ? [[absentName(name), { tag: "bool", nullable: false }] as const] : []),
    ]),
  );
  const sourceColumns = columns.map(({ name }) => name);
  for await (const { table } of parquetSource(path).batches(types, signal === undefined ? {} : { signal })) {
    const cells = read.map(
      ({ name, absent }) => [name, absent ? withAbsent(table, name) : table.columns[name]] as const,
    );
    yield { table: makeTable(Object.fromEntries(cells.filter(isThere))), faults: [], sourceColumns };
  }
}

function isThere(entry: readonly [string, Column | undefined]): entry is readonly [string, Column] {
  return entry[1] !== undefined;
}

/** The column with those of its nulls absent that the mark beside it says. */
function withAbsent(table: Table, name: string): Column | undefined {
  const column = table.columns[name];
  const marks = table.columns[absentName(name)];
  if (column?.states === undefined || marks === undefined) return column;
  const states = column.states.map((state, row) => (Number(marks.values[row]) === 1 ? cellState.absent : state));
  return { ...column, states };
}
