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

/** Cells for the outputs of a program, as `make` makes them. Throws `definition/invalid` for a type that expressions do not give. */
export function outputCells(
  features: ColumnTypes,
  rows: number,
  make: (tag: CellTag, rows: number) => Cells = makeCells,
): readonly ComputableCells[] {
  return Object.entries(features).map(([name, { tag }]) => computed(make(tag, rows), name));
}

/** The error of an input that expressions do not compute with. */
export function notComputable(name: string, type: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `the input "${name}" of type ${type} in an expression`,
    expected: "a number, boolean, text, instant or list of numbers",
    fix: "Serve it as it is, or declare its column in the dataset as one of these types.",
  });
}
