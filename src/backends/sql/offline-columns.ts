import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Table } from "../../table/table.ts";

/** The column types of a source that its first table fixes. Throws `table/unsupported-type` for lists. */
export function typesOf(table: Table): ColumnTypes {
  return Object.fromEntries(
    Object.entries(table.columns).map(([name, { tag }]) => [name, { tag: flatTag(tag, name), nullable: true }]),
  );
}

/** The cell types that SQL columns of a store hold. */
export type FlatTag = Exclude<CellTag, "f64[]" | "utf8[]">;

/** The cell type where it is no list: those these stores do not keep. Throws `table/unsupported-type`. */
export function flatTag(tag: CellTag, name: string = ""): FlatTag {
  if (tag === "f64[]" || tag === "utf8[]") throw noLists(tag, name);
  return tag;
}

/** The error of a list, which these stores do not keep. */
export function noLists(tag: CellTag, name: string = ""): SluiceError {
  return new SluiceError("table/unsupported-type", {
    found: `a column ${JSON.stringify(name)} of type ${tag}`,
    expected: "single values: this offline store keeps no lists",
    fix: "Use the offline store in memory, or leave the column out of the source.",
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
