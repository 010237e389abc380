import type { Column } from "./column.ts";
import type { Table } from "./table.ts";

/** About how many bytes a table takes in memory: its arrays, and two a character of its dictionaries. */
export function tableBytes(table: Table): number {
  return Object.values(table.columns).reduce((sum, column) => sum + columnBytes(column), 0);
}

/** An object's header and a pointer to it, for each text. */
const textBytes = 24;

function columnBytes(column: Column): number {
  let bytes = column.values.byteLength + (column.states?.byteLength ?? 0);
  if (column.tag === "utf8") for (const text of column.dictionary) bytes += textBytes + 2 * text.length;
  return bytes;
}
