import type { CellTag } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Column } from "../../table/column.ts";
import { cellAdder, cellConverter } from "../../table/table-from-rows.ts";

/** A column of what a schema put out, and the rows whose value no cell of it can hold. */
export interface OutputColumn {
  readonly column: Column;
  readonly unstorable: readonly number[];
}

/**
 * A column of the outputs of a field. Without a tag the values decide: all of one kind are stored as that, JSON values as such.
 * Throws `definition/invalid` where they are of kinds that no column holds together.
 */
export function outputColumn(
  name: string,
  tag: CellTag | undefined,
  rowCount: number,
  valueAt: (row: number) => unknown,
): OutputColumn {
  const adder = cellAdder(tag ?? commonTag(name, rowCount, valueAt));
  const unstorable: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    const value = valueAt(row);
    // An invalid date, where a schema lets it pass, is an instant that is NaN, as it came in.
    if (adder.tryPush(value instanceof Date && adder.builder.tag === "instant" ? value.getTime() : value)) continue;
    adder.tryPush(undefined);
    unstorable.push(row);
  }
  return { column: adder.builder.finish(), unstorable };
}

function commonTag(name: string, rowCount: number, valueAt: (row: number) => unknown): CellTag {
  const tags = new Set<CellTag>();
  for (let row = 0; row < rowCount; row++) {
    const value = valueAt(row);
    const tag = value === null || value === undefined ? undefined : tagOfValue(value);
    if (tag !== undefined) tags.add(tag);
  }
  const [first, ...others] = tags;
  if (first === undefined) return "utf8";
  if (others.length === 0) return first;
  if (!tags.has("i64") && !tags.has("instant")) return "json";
  throw new SluiceError("definition/invalid", {
    found: `outputs of the field "${name}" as ${[...tags].join(" and ")}`,
    expected: "outputs of one kind, or JSON values",
    fix: "Make the schema put out one kind, for example by a transform into text.",
  });
}

/** The cell type of a value by its kind, or `undefined` where there is none for it. */
function tagOfValue(value: unknown): CellTag | undefined {
  switch (typeof value) {
    case "number":
      return "f64";
    case "bigint":
      return "i64";
    case "string":
      return "utf8";
    case "boolean":
      return "bool";
    case "object":
      return value instanceof Date ? "instant" : "json";
    default:
      return undefined;
  }
}

/** Whether a field's output fits a cell: of the field's type, or, where that is open, of the type of its own kind. */
export function isStorable(tag: CellTag | undefined, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  const own = tag ?? tagOfValue(value);
  if (own === "instant" && value instanceof Date) return true;
  return own !== undefined && cellConverter(own)(value) !== undefined;
}

/** The issue of a row whose output no cell can hold. */
export function unstorableIssue(name: string): {
  readonly path: string;
  readonly code: string;
  readonly message: string;
} {
  return {
    path: name,
    code: "out_of_range",
    message: "what the schema makes of this value cannot be stored in a column",
  };
}
