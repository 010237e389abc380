import { type FeatureColumn, featureStatus, type ManyFeatures } from "../../contracts/feature-reader.ts";
import { SluiceError } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { formatManyFeatures } from "./format-features.ts";
import { rowOf } from "./feature-cells.ts";
import type { Cells } from "../kernel/cells.ts";
import type { ComputedFeatures } from "./frame.ts";
import { requireInstant } from "./request-frame.ts";
import type { FeatureRow, RowShape } from "./row-shape.ts";

/** One instant a row, in an array of its own: the given ones, or one instant for all. */
export function instantsOf(rows: number, atMs: number | Float64Array): Float64Array {
  if (atMs instanceof Float64Array) return atMs.slice();
  if (typeof atMs !== "number") requireInstant("atMs", atMs);
  return new Float64Array(rows).fill(atMs);
}

/** Computed features as columns by name. Event times of cells without facts become NaN. */
export function manyFeatures(
  shape: RowShape,
  features: ComputedFeatures,
  atMs: Float64Array,
): ManyFeatures<FeatureRow> {
  const rows = atMs.length;
  const columns: { [name: string]: FeatureColumn } = {};
  for (let f = 0; f < shape.names.length; f++) {
    const name = shape.names[f];
    const column = features[f];
    if (name === undefined || column === undefined) continue;
    const { statuses } = column.cells;
    const eventTimeMs = timesOf(statuses, column.eventTimeMs);
    columns[name] = { values: valuesOf(column.cells) as FeatureColumn["values"], statuses, eventTimeMs };
  }
  const many: ManyFeatures<FeatureRow> = {
    rows,
    atMs,
    columns: columns as ManyFeatures<FeatureRow>["columns"],
    row: (row) => {
      if (Number.isInteger(row) && row >= 0 && row < rows) return rowOf(shape, features, row);
      throw new SluiceError("argument/invalid", {
        found: `row ${row}`,
        expected: `a row of ${rows}, from 0`,
        fix: "Ask for a row that was read.",
      });
    },
    toRows: () => Array.from(atMs, (_, row) => rowOf(shape, features, row)),
  };
  return printable(many, () => formatManyFeatures(shape, many));
}

function valuesOf(cells: Cells): Cells["values"] | readonly (readonly number[])[] {
  return cells.kind === "numbers" ? cells.values.map((own) => Array.from(own)) : cells.values;
}

function timesOf(statuses: Uint8Array, eventTimeMs: Float64Array): Float64Array {
  const times = new Float64Array(statuses.length);
  for (let row = 0; row < times.length; row++) {
    const known = statuses[row] === featureStatus.present || statuses[row] === featureStatus.null;
    times[row] = known ? (eventTimeMs[row] ?? Number.NaN) : Number.NaN;
  }
  return times;
}
