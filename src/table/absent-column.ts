import type { CellTag } from "../core/cell-type.ts";
import { cellState, type Column } from "./column.ts";

/** A column whose cells are all absent. */
export function absentColumn(tag: CellTag, rows: number): Column {
  const states = new Uint8Array(rows).fill(cellState.absent);
  switch (tag) {
    case "f64":
    case "instant":
      return { tag, values: new Float64Array(rows), states };
    case "i32":
      return { tag, values: new Int32Array(rows), states };
    case "i64":
      return { tag, values: new BigInt64Array(rows), states };
    case "bool":
      return { tag, values: new Uint8Array(rows), states };
    case "utf8":
    case "json":
      return { tag, values: new Int32Array(rows), dictionary: [], states };
  }
}
