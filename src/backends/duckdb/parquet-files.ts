import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { cellState } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";
import { sliceRows } from "../../table/take-rows.ts";
import { createTableSql, type OfflineDatabase, openOfflineDatabase, quoted } from "./offline-database.ts";
import { fileDigest } from "./file-digest.ts";
import { absentName, type ParquetExport, type ParquetExportFile } from "./parquet-manifest.ts";
import { quoteText } from "./readable-query.ts";

/** Some rows of a file; `last` says that the file ends with them. */
interface Piece {
  readonly rows: Table;
  readonly last: boolean;
}

/** Cuts parts where a file has its rows. */
export async function* piecesOf(parts: AsyncIterable<Table>, rowsPerFile: number): AsyncGenerator<Piece> {
  let written = 0;
  for await (const part of parts) {
    for (let from = 0; from < part.rowCount; ) {
      const to = Math.min(part.rowCount, from + rowsPerFile - written);
      written = (written + to - from) % rowsPerFile;
      yield { rows: sliceRows(part, from, to), last: written === 0 };
      from = to;
    }
  }
}

/** Writes pieces as Parquet files into a folder; at least one file, and the rows of one in memory. Errors: what DuckDB and the file system say. */
export async function* writeFiles(
  pieces: AsyncIterable<Piece>,
  columns: ParquetExport["columns"],
  folder: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ParquetExportFile> {
  const types: ColumnTypes = Object.fromEntries(columns.map(({ name, tag }) => [name, { tag, nullable: true }]));
  const database = await openOfflineDatabase({});
  let files = 0;
  let rows = 0;
  const finish = async (): Promise<ParquetExportFile> => {
    const path = `part-${String(files++).padStart(5, "0")}.parquet`;
    await copyOut(database, columns, join(folder, path));
    const { size: sizeBytes } = await stat(join(folder, path));
    const file = { path, rows, sizeBytes, digest: await fileDigest(join(folder, path), signal) };
    rows = 0;
    return file;
  };
  try {
    await database.connection.run(createTableSql("exported", types));
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      await database.appendRows("exported", piece.rows, types, rows, asItIs);
      rows += piece.rows.rowCount;
      if (!piece.last) continue;
      yield await finish();
      // Dropped and made anew: rows that are deleted keep their memory.
      await database.connection.run("drop table exported");
      await database.connection.run(createTableSql("exported", types));
    }
    if (rows > 0 || files === 0) yield await finish();
  } finally {
    database.close();
  }
}

/** Other tools read the text: it is written as it is. */
const asItIs = (text: string): string => text;

/** Instants are doubles of epoch ms, and Parquet's have microseconds; lists are texts. */
function exportedValue(tag: CellTag, cell: string): string {
  if (tag === "instant") return `make_timestamp(round(${cell} * 1000)::bigint)`;
  if (tag === "f64[]") return `${cell}::double[]`;
  return tag === "utf8[]" ? `from_json(${cell}, '["VARCHAR"]')` : cell;
}

async function copyOut(
  { connection }: OfflineDatabase,
  columns: ParquetExport["columns"],
  path: string,
): Promise<void> {
  const cells = columns.flatMap(({ name, tag, absent }, i) => [
    `case when s${i} = 1 then ${exportedValue(tag, `v${i}`)} end as ${quoted(name)}`,
    ...(absent ? [`s${i} = ${cellState.absent} as ${quoted(absentName(name))}`] : []),
  ]);
  // A scan of a table keeps the order in which its rows came: DuckDB's setting preserve_insertion_order, which is on.
  await connection.run(
    `copy (select ${cells.join(", ")} from exported) to ${quoteText(path)} (format parquet, compression zstd)`,
  );
}
