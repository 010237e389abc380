import { alignedLines } from "../core/aligned-lines.ts";
import type { CellTag, CellValue } from "../core/cell-type.ts";

/** A column to be shown: its cells as texts. */
export interface GridColumn {
  readonly name: string;
  readonly tag: CellTag;
  cell(row: number): string;
}

/** Rows that are shown; of more, these first ones. */
const shownRows = 10;
/** Characters of a line that columns may take; of more columns, the names. */
const lineLength = 140;
/** Characters of a text that are shown. */
const textLength = 32;
/** Items of a list that are shown. */
const shownItems = 4;

/** Rows by columns as text: names, types, the first rows, and how many more there are. */
export function formatGrid(rowCount: number, columns: readonly GridColumn[]): string {
  const rows = Math.min(rowCount, shownRows);
  const lines = columns.map(({ name, tag, cell }) => [
    name,
    tag,
    ...Array.from({ length: rows }, (_, row) => cell(row)),
  ]);
  const shown = fitting(lines);
  const beyond = columns.slice(shown.length).map(({ name }) => name);
  const grid = Array.from({ length: shown.length === 0 ? 0 : rows + 2 }, (_, line) =>
    shown.map((own) => own[line] ?? ""),
  );
  return [
    ...alignedLines(grid, (column) => isNumeric(columns[column]?.tag)),
    ...(rowCount > rows && shown.length > 0 ? [`… ${counted(rowCount - rows, "more row")}`] : []),
    ...(beyond.length === 0 ? [] : [`… ${counted(beyond.length, "more column")}: ${named(beyond)}`]),
  ].join("\n");
}

/** `1 row`, `2 rows`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** A value as a cell shows it. */
export function cellText(tag: CellTag, value: CellValue | undefined): string {
  if (value === undefined) return "absent";
  if (typeof value === "string") return shortText(value);
  if (typeof value !== "object" || value === null) return scalarText(tag, value);
  const list: readonly (number | string)[] = value;
  const items = list.slice(0, shownItems).map((item) => cellText("f64", item));
  return `[${items.join(", ")}${value.length > shownItems ? `, … ${value.length} items` : ""}]`;
}

function scalarText(tag: CellTag, value: number | bigint | boolean | null): string {
  if (Object.is(value, -0)) return "-0";
  if (tag !== "instant" || typeof value !== "number" || !(Math.abs(value) <= 8.64e15)) return String(value);
  return new Date(value).toISOString();
}

/** Line ends and the like would break the lines. */
function shortText(text: string): string {
  const line = /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ? JSON.stringify(text) : text;
  if (line === "") return '""';
  return line.length <= textLength ? line : `${line.slice(0, textLength - 1)}…`;
}

/** The first columns that fit into a line, and one at least. */
function fitting(columns: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let length = 0;
  const first = columns.findIndex((own, i) => {
    length += Math.max(...own.map((text) => text.length)) + 2;
    return i > 0 && length > lineLength;
  });
  return first < 0 ? columns : columns.slice(0, first);
}

function named(names: readonly string[]): string {
  return names.length <= shownRows ? names.join(", ") : `${names.slice(0, shownRows).join(", ")}, …`;
}

function isNumeric(tag: CellTag | undefined): boolean {
  return tag === "f64" || tag === "i32" || tag === "i64";
}
