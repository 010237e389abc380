import { type Cells, type NumberCells, numberCells, type TextsCells } from "../kernel/cells.ts";
import type { WindowCells } from "../windows/window-states.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

const noNumbers = new Float64Array(0);

/** Cells for a view's windowed features; those of lists of texts hold codes. `numbers` makes those for numbers. */
export function windowCells(
  { spec }: WindowedPlan,
  rows: number,
  numbers: (rows: number) => NumberCells = numberCells,
): readonly WindowCells[] {
  return spec.features.map(({ k }) =>
    k === undefined
      ? numbers(rows)
      : { kind: "numbers", values: new Array<Float64Array>(rows).fill(noNumbers), statuses: new Uint8Array(rows) },
  );
}

/** A view's windowed features with lists of texts in place of their codes; `dictionaryOf` tells what codes of an aggregated column stand for in a row. */
export function decodedCells(
  { spec, aggregatedTexts }: WindowedPlan,
  cells: readonly WindowCells[],
  dictionaryOf: (column: number, row: number) => readonly string[] | undefined,
): readonly Cells[] {
  return cells.map((own, i): Cells => {
    const { column = -1 } = spec.features[i] ?? {};
    if (own.kind !== "numbers" || aggregatedTexts[column] !== true) return own;
    const values: TextsCells["values"] = own.values.map((codes, row) => {
      const dictionary = dictionaryOf(column, row) ?? [];
      return Array.from(codes, (code) => dictionary[code] ?? "");
    });
    return { kind: "texts", values, statuses: own.statuses };
  });
}
