import type { TaskKind } from "../../contracts/evaluation-detail.ts";
import { SluiceError } from "../../core/errors.ts";
import { cellAt } from "../../table/cell-at.ts";
import { cellState, type Column, isListColumn } from "../../table/column.ts";
import { matrixOf } from "../../table/matrix-of.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/** The complete rows of a held-out table: those with a label and every feature. */
export interface EvaluationRows {
  readonly kind: TaskKind;
  readonly rows: number;
  /** Features a row. */
  readonly width: number;
  /** `rows × width` doubles, row-major; booleans as 0 or 1. */
  readonly values: Float64Array;
  /** 0 or 1, the place of the class, or the number itself. */
  readonly labels: Float64Array;
  /** Where each kept row stands in the table, ascending. */
  readonly rowIndex: Int32Array;
  /** Rows without a label (a NaN is none, and of a regression neither is an infinite number) or with a missing feature. */
  readonly excluded: number;
  /** The classes in the order of the predictions; empty but for several classes. */
  readonly classes: readonly string[];
}

/** How labels are read. */
export interface LabelReading {
  readonly label: string;
  readonly kind: TaskKind;
  /** The classes, as text, in the order of the predictions. */
  readonly classes: readonly string[];
}

/**
 * Takes the rows that have a label and every feature. Errors: `data/missing-column`, `table/type-mismatch` for a text feature, `data/schema-mismatch` for
 * a label that is none of the kind.
 */
export function evaluationRows(table: Table, features: readonly string[], reading: LabelReading): EvaluationRows {
  const { kind, label, classes } = reading;
  const all = labelsOf(anyColumnOf(table, label), table.rowCount, reading);
  const kept = new Uint8Array(table.rowCount).fill(1);
  for (const name of new Set([label, ...features])) {
    const { states } = anyColumnOf(table, name);
    if (states === undefined) continue;
    for (let row = 0; row < kept.length; row++) if (states[row] !== cellState.present) kept[row] = 0;
  }
  let rows = 0;
  for (let row = 0; row < kept.length; row++) {
    if (!Number.isFinite(all[row] as number)) kept[row] = 0;
    rows += kept[row] as number;
  }
  const rowIndex = new Int32Array(rows);
  const labels = new Float64Array(rows);
  for (let row = 0, at = 0; row < kept.length; row++) {
    if (kept[row] !== 1) continue;
    rowIndex[at] = row;
    labels[at++] = all[row] as number;
  }
  const values = matrixOf(table, features, rowIndex);
  return { kind, rows, width: features.length, values, labels, rowIndex, excluded: table.rowCount - rows, classes };
}

/** One number a row of the table; NaN where there is no label. */
function labelsOf(column: Column, rowCount: number, { kind, label, classes }: LabelReading): Float64Array {
  const labels = new Float64Array(rowCount).fill(Number.NaN);
  const places = new Map(classes.map((name, place) => [name, place]));
  const coded =
    column.tag === "utf8" ? Float64Array.from(column.dictionary, (text) => places.get(text) ?? -1) : undefined;
  for (let row = 0; row < rowCount; row++) {
    if (column.states !== undefined && column.states[row] !== cellState.present) continue;
    if (column.tag === "f64" && Number.isNaN(column.values[row])) continue;
    const value =
      kind === "multiclass"
        ? (coded?.[column.values[row] as number] ?? placeOf(column, row, places))
        : numberAt(column, row);
    const right =
      kind === "regression" ? value !== undefined : kind === "binary" ? value === 0 || value === 1 : (value ?? -1) >= 0;
    if (value === undefined || !right) throw badLabel(column, row, { kind, label, classes });
    labels[row] = value;
  }
  return labels;
}

function placeOf(column: Column, row: number, places: ReadonlyMap<string, number>): number | undefined {
  return places.get(String(cellAt(column, row)));
}

function numberAt(column: Column, row: number): number | undefined {
  if (column.tag === "utf8" || column.tag === "json" || column.tag === "instant" || isListColumn(column))
    return undefined;
  return Number(column.values[row]);
}

const expected: { readonly [kind in TaskKind]: string } = {
  binary: "false, true, 0 or 1",
  multiclass: "one of the classes",
  regression: "a number",
};

function badLabel(column: Column, row: number, { kind, label, classes }: LabelReading): SluiceError {
  const names = kind === "multiclass" ? `: ${classes.join(", ")}` : "";
  return new SluiceError("data/schema-mismatch", {
    found: `label "${label}" of type ${column.tag}, ${String(cellAt(column, row))} in row ${row}, of a ${kind} model`,
    expected: `${expected[kind]}${names}`,
    fix:
      kind === "multiclass"
        ? "Name the classes with `classes`, in the order of the model's outputs."
        : 'Name another column, or say what the model predicts: kind: "binary", "multiclass" or "regression".',
  });
}
