import { featureStatus } from "../../contracts/feature-reader.ts";
import type { FeatureCell } from "../../contracts/feature-service.ts";
import type { CellTag, ColumnType, ValueOf } from "../../core/cell-type.ts";
import type { Cells } from "../kernel/cells.ts";
import type { ComputedFeatures, FeatureColumn } from "./frame.ts";
import { type FeatureRow, missingCell, type RowShape } from "./row-shape.ts";

const expired: FeatureCell<ColumnType> = Object.freeze({ status: "expired" });

/** One row of computed features as typed cells by name. */
export function rowOf({ names, tags, empty }: RowShape, features: ComputedFeatures, row: number): FeatureRow {
  const cells: { [name: string]: FeatureCell<ColumnType> } = { ...empty };
  for (let f = 0; f < names.length; f++) {
    const column = features[f];
    if (column !== undefined) cells[names[f] ?? ""] = cellOf(tags[f] ?? "f64", column, row);
  }
  return cells;
}

function cellOf(tag: CellTag, { cells, eventTimeMs }: FeatureColumn, row: number): FeatureCell<ColumnType> {
  const status = cells.statuses[row];
  if (status === featureStatus.present) {
    const value = cells.values[row] ?? Number.NaN;
    return {
      status: "present",
      value: givenValue(tag, value),
      eventTimeMs: eventTimeMs[row] ?? Number.NaN,
    };
  }
  if (status === featureStatus.missing) return missingCell;
  if (status === featureStatus.expired) return expired;
  return { status: "null", eventTimeMs: eventTimeMs[row] ?? Number.NaN };
}

function givenValue(tag: CellTag, value: Cells["values"][number]): ValueOf<ColumnType> {
  if (value instanceof Float64Array) return Array.from(value);
  return tag === "bool" ? value === 1 : value;
}
