import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { type Cells, type ComputableCells, type InputCells, makeCells } from "./cells.ts";

/** Cells that expressions compute with. Throws `definition/invalid` for others, naming the input. */
export function computable(cells: Cells, name: string): InputCells {
  if (cells.kind === "numbers") return cells;
  return computed(cells, name);
}

function computed(cells: Cells, name: string): ComputableCells {
  if (cells.kind === "number" || cells.kind === "text") return cells;
  throw notComputable(name, cells.kind);
}

/** A type that expressions give. */
export type OutputTag = Exclude<CellTag, "i64" | "f64[]" | "utf8[]">;

/** The types of a program's outputs, in order. Throws `definition/invalid` for one that expressions do not give, naming the output. */
export function outputTags(features: ColumnTypes): readonly OutputTag[] {
  return Object.entries(features).map(([name, { tag }]) => {
    if (tag === "i64" || tag === "f64[]" || tag === "utf8[]") throw notComputable(name, tag);
    return tag;
  });
}

/** Cells for the outputs of a program, as `make` makes them. */
export function outputCells(
  tags: readonly OutputTag[],
  rows: number,
  make: (tag: OutputTag, rows: number) => ComputableCells = makeCells,
): readonly ComputableCells[] {
  const cells: ComputableCells[] = [];
  for (let i = 0; i < tags.length; i++) cells.push(make(tags[i] ?? "f64", rows));
  return cells;
}

/** The error of an input that expressions do not compute with. */
export function notComputable(name: string, type: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `the input "${name}" of type ${type} in an expression`,
    expected: "a number, boolean, text, instant or list of numbers",
    fix: "Serve it as it is, or declare its column in the dataset as one of these types.",
  });
}
