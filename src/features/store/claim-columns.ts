import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { isPresent } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/**
 * The columns that a row must have a value in to be an event of views with such keys, as far as it may have none: the event time and the keys. A row
 * without one of them does not claim its id: the first row of the id that is an event counts, online and in history.
 */
export function claimColumns(
  { columns, eventTime }: Pick<DatasetDefinition, "columns" | "eventTime">,
  keys: readonly string[],
): readonly string[] {
  const types: ColumnTypes = columns;
  return [...new Set([eventTime, ...keys])].filter((name) => types[name]?.nullable === true).sort();
}

/** Reads which of some columns a row has a value in: a bit each, in order. */
export function claimMasks(table: Table, claims: readonly string[]): (row: number) => bigint {
  const columns = claims.map((name) => anyColumnOf(table, name));
  return (row) => columns.reduce((mask, column, i) => (isPresent(column, row) ? mask | (1n << BigInt(i)) : mask), 0n);
}

/** The mask of a row that has them all. */
export function fullMask(claims: readonly string[]): bigint {
  return (1n << BigInt(claims.length)) - 1n;
}
