import { missingCount } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";

/** Adds a table's cells without a value to the counts, by column. */
export function countMissing(counts: Map<string, number>, table: Table): void {
  for (const [name, column] of Object.entries(table.columns)) {
    const missing = missingCount(column);
    if (missing > 0) counts.set(name, (counts.get(name) ?? 0) + missing);
  }
}
