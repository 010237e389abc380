import type { DuckDBConnection } from "@duckdb/node-api";
import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { cellState, type Column } from "../../table/column.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { withStates } from "../../table/list-cells.ts";
import { anyColumnOf, makeTable, type Table } from "../../table/table.ts";
import { textOf } from "../sql/stored-text.ts";
import { chunkColumns } from "./chunk-columns.ts";
import type { QueryColumn } from "./readable-query.ts";

/** The columns `v<at>`, `s<at>` of a table as a query selects them to be read by {@link readStored}. */
export function storedCells(positions: readonly number[], table: string = ""): string[] {
  const prefix = table === "" ? "" : `${table}.`;
  return positions.flatMap((at) => [`${prefix}v${at}`, `${prefix}s${at}::integer`]);
}

/** Rows read back: leading columns of the query's own, then cells. */
export interface StoredRows {
  readonly leading: Table;
  readonly cells: Table;
}

const partRows = 131_072;

/** Reads a query's rows by whole vectors: first the `leading` columns, then value and state of each of `columns`. */
export async function readStored(
  connection: DuckDBConnection,
  sql: string,
  leading: readonly QueryColumn[],
  columns: ColumnTypes,
): Promise<StoredRows> {
  const entries = Object.entries(columns);
  const read = [
    ...leading,
    ...entries.flatMap(([, { tag }], i): QueryColumn[] => [
      { name: `v${i}`, tag: tag === "instant" ? "f64" : tag },
      { name: `s${i}`, tag: "i32" },
    ]),
  ];
  const parts: Table[] = [];
  let collected = chunkColumns(read, partRows);
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    if (!collected.fits(chunk.rowCount)) {
      parts.push(collected.table());
      collected = chunkColumns(read, partRows);
    }
    collected.append(chunk);
  }
  parts.push(collected.table());
  const whole = concatTables(parts);
  const named = (name: string): Column => anyColumnOf(whole, name);
  return {
    leading: makeTable(Object.fromEntries(leading.map(({ name }) => [name, named(name)]))),
    cells: makeTable(
      Object.fromEntries(entries.map(([name, { tag }], i) => [name, cellsOf(named(`v${i}`), named(`s${i}`), tag)])),
    ),
  };
}

/** A column of values and one of states as one. */
function cellsOf(column: Column, states: Column, tag: CellTag): Column {
  const own = stateBytes(states);
  switch (column.tag) {
    case "utf8":
    case "json":
      return { tag: column.tag, values: column.values, dictionary: column.dictionary.map(textOf), ...own };
    case "f64":
    case "instant":
      return { tag: tag === "instant" ? "instant" : "f64", values: column.values, ...own };
    case "i32":
      return { tag: "i32", values: column.values, ...own };
    case "i64":
      return { tag: "i64", values: column.values, ...own };
    case "bool":
      return { tag: "bool", values: column.values, ...own };
    case "f64[]":
    case "utf8[]":
      return own.states === undefined ? column : withStates(column, own.states);
  }
}

function stateBytes({ values }: Column): { readonly states?: Uint8Array } {
  const states = Uint8Array.from(values, Number);
  return states.every((state) => state === cellState.present) ? {} : { states };
}
