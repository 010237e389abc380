import { featureStatus } from "../../contracts/feature-reader.ts";
import type { OnlineValues } from "../../contracts/online-store.ts";
import type { Cells } from "../kernel/cells.ts";

/** The status of a latest look-up: the one rule for training and for serving. */
export function latestStatus(matched: boolean, withinTtl: boolean, present: boolean): number {
  if (!matched) return featureStatus.missing;
  if (!withinTtl) return featureStatus.expired;
  return present ? featureStatus.present : featureStatus.null;
}

const noNumbers = new Float64Array(0);

/** Sets the cell of a row from a place among values of the same kind, events' or history's: the one way for training and for serving. */
export function setLatest(
  cells: Cells,
  row: number,
  status: number,
  values: OnlineValues | Cells | undefined,
  at: number,
): void {
  cells.statuses[row] = status;
  const present = status === featureStatus.present;
  if (cells.kind === "number")
    cells.values[row] = present && values?.kind === "number" ? (values.values[at] ?? Number.NaN) : Number.NaN;
  else if (cells.kind === "text")
    cells.values[row] = present && values?.kind === "text" ? (values.values[at] ?? "") : "";
  else if (cells.kind === "integer")
    cells.values[row] = present && values?.kind === "integer" ? (values.values[at] ?? 0n) : 0n;
  else if (cells.kind === "numbers")
    cells.values[row] = present && values?.kind === "numbers" ? (values.values[at] ?? noNumbers) : noNumbers;
}
