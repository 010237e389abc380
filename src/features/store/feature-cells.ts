import { featureStatus } from "../../contracts/feature-reader.ts";
import type { FeatureCell } from "../../contracts/feature-service.ts";
import type { CellTag, ColumnType, ValueOf } from "../../core/cell-type.ts";
import type { Cells } from "../kernel/cells.ts";
import type { ComputedFeatures } from "./frame.ts";
import { type FeatureRow, missingCell, type RowShape } from "./row-shape.ts";

const expired: FeatureCell<ColumnType> = Object.freeze({ status: "expired" });

/** One row of computed features as typed cells by name. */
export function rowOf({ names, tags, empty }: RowShape, features: ComputedFeatures, row: number): FeatureRow {
  const cells: { [name: string]: FeatureCell<ColumnType> } = { ...empty };
  for (let f = 0; f < names.length; f++) {
    const column = features[f];
    if (column === undefined) continue;
    const { cells: own, eventTimeMs } = column;
    const value = own.values[row] ?? Number.NaN;
    cells[names[f] ?? ""] = cellOf(tags[f] ?? "f64", own.statuses[row] ?? featureStatus.null, value, eventTimeMs[row]);
  }
  return cells;
}

/** One feature as a typed cell, of its status and, where that is `present`, its value. */
export function cellOf(
  tag: CellTag,
  status: number,
  value: Cells["values"][number],
  eventTimeMs: number = Number.NaN,
): FeatureCell<ColumnType> {
  if (status === featureStatus.present) return { status: "present", value: givenValue(tag, value), eventTimeMs };
  if (status === featureStatus.missing) return missingCell;
  return status === featureStatus.expired ? expired : { status: "null", eventTimeMs };
}

function givenValue(tag: CellTag, value: Cells["values"][number]): ValueOf<ColumnType> {
  if (value instanceof Float64Array) return Array.from(value);
  return tag === "bool" ? value === 1 : value;
}
