import type { Table } from "./table.ts";

/** What an entry of a dictionary takes beside its characters. */
const entryBytes = 24;

/** About how many bytes of memory a table takes; a dictionary that columns share counts once. */
export function tableBytes(table: Table): number {
  const dictionaries = new Set<readonly string[]>();
  let bytes = 0;
  for (const column of Object.values(table.columns)) {
    bytes += column.values.byteLength + (column.states?.byteLength ?? 0);
    if ("items" in column) bytes += column.items.byteLength;
    if ("dictionary" in column) dictionaries.add(column.dictionary);
  }
  for (const dictionary of dictionaries) for (const text of dictionary) bytes += entryBytes + 2 * text.length;
  return bytes;
}
