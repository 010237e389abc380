import { SluiceError } from "../../core/errors.ts";
import { codeOf } from "../../table/code-of.ts";
import { type Column, isPresent, type ListColumn, type Utf8Column } from "../../table/column.ts";
import { columnBuilder } from "../../table/column-builder.ts";
import { listAt } from "../../table/list-cells.ts";

/**
 * A column of lists as text, as SQL engines keep it: `[1.5,-0.0,nan,-inf]`, which reads back to the same bits, and JSON for texts. A row without a
 * value is the empty text.
 */
export function listsAsText(column: ListColumn): Utf8Column {
  const codes = new Map<string, number>();
  const values = Int32Array.from(column.values, (_, row) =>
    codeOf(codes, isPresent(column, row) ? listText(column, row) : ""),
  );
  return { tag: "utf8", values, dictionary: [...codes.keys()], ...(column.states && { states: column.states }) };
}

/** The text of one list, as {@link listsAsText} has it. */
export function listText(column: ListColumn, row: number): string {
  const list = listAt(column, row);
  return column.tag === "utf8[]" ? JSON.stringify(list) : `[${Array.from(list, numberText).join(",")}]`;
}

function numberText(value: number | string): string {
  if (Object.is(value, -0)) return "-0.0";
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "nan";
  return value === Number.POSITIVE_INFINITY ? "inf" : "-inf";
}

/**
 * The lists of which {@link listsAsText}, or an engine, made texts; `name` is whose they are, for errors. Throws `table/unsupported-type` for a null among
 * the items.
 */
export function listsOfText(name: string, tag: ListColumn["tag"], column: Utf8Column): Column {
  const { values, dictionary } = column;
  const builder = columnBuilder(tag);
  const lists = dictionary.map((text) => listOfText(tag, text));
  for (let row = 0; row < values.length; row++) {
    const code = values[row] ?? 0;
    const list = lists[code];
    if (!isPresent(column, row)) builder.pushNull();
    else if (list === undefined) throw nullInside(name, dictionary[code] ?? "");
    else builder.push(list);
  }
  return builder.finish();
}

/** The list of a text; `undefined` where an item is null. */
export function listOfText(tag: ListColumn["tag"], text: string): readonly number[] | readonly string[] | undefined {
  if (text === "") return [];
  if (tag === "utf8[]" || !/[a-df-z]/i.test(text)) return whole(JSON.parse(text));
  return whole(
    text
      .slice(1, -1)
      .split(",")
      .map((item) => numberOf(item.trim().toLowerCase())),
  );
}

function whole(items: readonly (number | string | null)[]): readonly number[] | readonly string[] | undefined {
  if (items.every((item) => typeof item === "number")) return items;
  return items.every((item) => typeof item === "string") ? items : undefined;
}

function numberOf(text: string): number | null {
  if (text === "null") return null;
  if (text.endsWith("inf") || text.endsWith("infinity")) return text.startsWith("-") ? -1 / 0 : 1 / 0;
  return Number(text);
}

function nullInside(name: string, text: string): SluiceError {
  return new SluiceError("table/unsupported-type", {
    found: `the list ${text.slice(0, 100)} in column "${name}"`,
    expected: "lists without nulls among their items",
    fix: "Leave the nulls out in SQL (list_filter), or replace them (list_transform with coalesce).",
  });
}
