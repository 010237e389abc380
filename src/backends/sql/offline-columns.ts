import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Table } from "../../table/table.ts";

/** The column types of a source that its first table fixes. */
export function typesOf(table: Table): ColumnTypes {
  return Object.fromEntries(Object.entries(table.columns).map(([name, { tag }]) => [name, { tag, nullable: true }]));
}

/** The cell types that SQL columns of a store hold. */
export type FlatTag = Exclude<CellTag, "f64[]" | "utf8[]">;

/** The type as which a cell is stored: lists are texts. */
export function flatTag(tag: CellTag): FlatTag {
  return tag === "f64[]" || tag === "utf8[]" ? "utf8" : tag;
}

/** Where key columns stand in a source. Errors: `data/missing-column`, `table/type-mismatch` for lists. */
export function keyPositions(columns: ColumnTypes, names: readonly string[]): number[] {
  const list = names.find((name) => columns[name]?.tag.endsWith("[]"));
  if (list === undefined) return positionsOf(columns, names);
  throw new SluiceError("table/type-mismatch", {
    found: `a key of type ${columns[list]?.tag}`,
    expected: "numbers, text, booleans or instants",
    fix: "Name a column whose cells are single values.",
  });
}

/** Where columns stand in a source. Errors: `data/missing-column`. */
export function positionsOf(columns: ColumnTypes, names: readonly string[]): number[] {
  const all = Object.keys(columns);
  return names.map((name) => {
    const at = all.indexOf(name);
    if (at >= 0) return at;
    throw new SluiceError("data/missing-column", {
      found: `columns ${all.join(", ")}`,
      expected: `a column "${name}"`,
      fix: "Check the column's name.",
    });
  });
}

/** Where a column of instants stands in a source. Errors: `data/missing-column`, `table/type-mismatch`. */
export function instantPosition(columns: ColumnTypes, name: string): number {
  const [position = 0] = positionsOf(columns, [name]);
  const tag = Object.values(columns)[position]?.tag;
  if (tag === "instant") return position;
  throw new SluiceError("table/type-mismatch", {
    found: `column "${name}" of type ${tag}`,
    expected: "type instant",
    fix: "Name another column, or change the schema.",
  });
}

/** The types of some of a source's columns, in the order of the names. */
export function typesNamed(columns: ColumnTypes, names: readonly string[]): ColumnTypes {
  return Object.fromEntries(names.map((name) => [name, columns[name] ?? { tag: "f64", nullable: true }]));
}

/** The error of a source that nothing was appended to. */
export function unknownSource(source: string): SluiceError {
  return new SluiceError("data/version-not-found", {
    found: `no source "${source}" in the offline store`,
    expected: "an appended source",
    fix: "Append it first.",
  });
}

/** The error of a store that was closed. */
export function offlineClosed(): SluiceError {
  return new SluiceError("workspace/closed", {
    found: "an offline store that was closed",
    expected: "an open one",
    fix: "Open the store again.",
  });
}
