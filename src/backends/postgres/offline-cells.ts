import type { CellTag, CellValue, ColumnTypes } from "../../core/cell-type.ts";
import { cellState } from "../../table/column.ts";
import { type ColumnBuilder, columnBuilder } from "../../table/column-builder.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { listOfText } from "../sql/list-text.ts";
import { textOf } from "../sql/stored-text.ts";

/** What a query selects to have cells read: values as text, so that no parser of the host has a say, and states. */
export function selectedCells(positions: readonly number[], table: string): string[] {
  return positions.flatMap((at, i) => [`${table}.v${at}::text as c${i}`, `${table}.s${at}::text as e${i}`]);
}

/** Collects rows of {@link selectedCells} into a table. */
export interface OfflineCells {
  push(row: object): void;
  table(): Table;
}

/** Makes an {@link OfflineCells} for columns in the order in which they were selected. */
export function offlineCells(columns: ColumnTypes): OfflineCells {
  const builders = Object.entries(columns).map(([name, { tag }]) => ({ name, tag, builder: columnBuilder(tag) }));
  let rowCount = 0;
  return {
    push: (row) => {
      rowCount++;
      builders.forEach(({ tag, builder }, i) => {
        const value: unknown = Reflect.get(row, `c${i}`);
        if (value !== null) pushValue(builder, cellOf(tag, String(value)));
        else if (Number(Reflect.get(row, `e${i}`)) === cellState.null) builder.pushNull();
        else builder.pushAbsent();
      });
    },
    table: () => ({
      ...makeTable(Object.fromEntries(builders.map(({ name, builder }) => [name, builder.finish()]))),
      rowCount,
    }),
  };
}

function pushValue(builder: ColumnBuilder, value: CellValue): void {
  (builder as { push(value: CellValue): void }).push(value);
}

function cellOf(tag: CellTag, text: string): CellValue {
  switch (tag) {
    case "f64":
    case "i32":
    case "instant":
      return Number(text);
    case "i64":
      return BigInt(text);
    case "bool":
      return text === "true";
    case "utf8":
    case "json":
      return textOf(text);
    case "f64[]":
    case "utf8[]":
      return listOfText(tag, textOf(text)) ?? [];
  }
}
