import type { CellTag } from "../../core/cell-type.ts";
import { cellState, type Column } from "../../table/column.ts";
import { listText } from "../sql/list-text.ts";
import { type FlatTag, flatTag } from "../sql/offline-columns.ts";
import { storedText } from "../sql/stored-text.ts";

/** The SQL types of our cell types; instants are doubles of epoch ms, so that nothing is rounded. */
export const sqlTypes: { readonly [T in FlatTag]: string } = {
  f64: "double precision",
  i32: "integer",
  i64: "bigint",
  utf8: `text collate "C"`,
  json: `text collate "C"`,
  bool: "boolean",
  instant: "double precision",
};

/** The name of a cell type's array in a cast. */
export function arrayType(tag: CellTag): string {
  const flat = flatTag(tag);
  return `${flat === "utf8" || flat === "json" ? "text" : sqlTypes[flat]}[]`;
}

/** The cells of some rows as an array literal of Postgres: `rows` are indices; a cell without a value is NULL. */
export function valuesLiteral(column: Column, rows: ArrayLike<number>): string {
  const text = textAt(column);
  const parts: string[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    const present = column.states === undefined || column.states[row] === cellState.present;
    parts.push(present ? text(row) : "NULL");
  }
  return `{${parts.join(",")}}`;
}

/** The states of some rows as an array literal, NULL for present; `undefined` where all are. */
export function statesLiteral({ states }: Column, rows: ArrayLike<number>): string | undefined {
  if (states === undefined) return undefined;
  const parts = Array.from(rows, (row) => (states[row] === cellState.present ? "NULL" : String(states[row])));
  return parts.some((part) => part !== "NULL") ? `{${parts.join(",")}}` : undefined;
}

/** Doubles as an array literal. */
export function doublesLiteral(values: ArrayLike<number>): string {
  return `{${Array.from(values, doubleText).join(",")}}`;
}

/** The shortest text that reads back to the same double; unlike JavaScript's own, with the sign of −0. */
function doubleText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function textAt(column: Column): (row: number) => string {
  switch (column.tag) {
    case "utf8":
    case "json": {
      const written: (string | undefined)[] = [];
      return (row) => {
        const code = column.values[row] ?? 0;
        const text = written[code] ?? quoted(storedText(column.dictionary[code] ?? ""));
        written[code] = text;
        return text;
      };
    }
    case "bool":
      return (row) => (column.values[row] === 0 ? "f" : "t");
    case "f64":
    case "instant":
      return (row) => doubleText(column.values[row] ?? 0);
    case "i32":
    case "i64":
      return (row) => String(column.values[row]);
    case "f64[]":
    case "utf8[]":
      return (row) => quoted(listText(column, row));
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
