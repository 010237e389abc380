import { cellState, type Column } from "../../table/column.ts";
import { listAt } from "../../table/list-cells.ts";
import type { Table } from "../../table/table.ts";
import { byNumberKind, type NumberKind } from "./input-rule.ts";

/** Reads a column's cells as zod takes them: instants as dates, JSON parsed, numbers by the field's kind; `undefined` where absent. */
export function inputReader(column: Column, numbers: NumberKind): (row: number) => unknown {
  const { states } = column;
  const present = presentReader(column, numbers);
  if (states === undefined) return present;
  return (row) => {
    const state = states[row];
    if (state === cellState.present) return present(row);
    return state === cellState.null ? null : undefined;
  };
}

function presentReader(column: Column, numbers: NumberKind): (row: number) => unknown {
  const { values } = column;
  switch (column.tag) {
    case "f64":
    case "i32":
    case "i64":
      return numbers === "either" ? (row) => values[row] : (row) => byNumberKind(numbers, values[row]);
    case "instant":
      return (row) => new Date(Number(values[row]));
    case "bool":
      return (row) => values[row] === 1;
    case "utf8": {
      const { dictionary } = column;
      return (row) => dictionary[Number(values[row])];
    }
    case "json": {
      const { dictionary } = column;
      return (row) => byNumberKind(numbers, JSON.parse(dictionary[Number(values[row])] ?? "null"));
    }
    case "f64[]":
    case "utf8[]":
      return (row) => listAt(column, row);
  }
}

/** A row as zod takes it: absent cells are missing keys. */
export type InputRecord = { [name: string]: unknown };

/** Reads rows of a table as records of some columns. */
export function recordReader(
  table: Table,
  columns: readonly { readonly name: string; readonly numbers: NumberKind }[],
): (row: number) => InputRecord {
  const readers = columns.flatMap(({ name, numbers }) => {
    const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
    return column === undefined ? [] : [{ name, read: inputReader(column, numbers) }];
  });
  return (row) => {
    const record: InputRecord = {};
    for (const { name, read } of readers) {
      const value = read(row);
      if (value !== undefined) record[name] = value;
    }
    return record;
  };
}
