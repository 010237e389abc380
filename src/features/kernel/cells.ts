import type { CellTag } from "../../core/cell-type.ts";
import { featureStatus } from "../../contracts/feature-reader.ts";

/** A column of computed features: one value and one {@link featureStatus} a row. Where the status is not `present`, the value is NaN or "". */
export interface NumberCells {
  readonly kind: "number";
  /** Booleans are 0 or 1, instants epoch ms. */
  readonly values: Float64Array;
  readonly statuses: Uint8Array;
}

/** A column of computed texts. */
export interface TextCells {
  readonly kind: "text";
  readonly values: string[];
  readonly statuses: Uint8Array;
}

/** A column of lists of doubles. Where the status is not `present`, the list is empty. */
export interface NumbersCells {
  readonly kind: "numbers";
  readonly values: Float64Array[];
  readonly statuses: Uint8Array;
}

/** A column of computed features. */
export type Cells = NumberCells | TextCells;

/** Cells for `rows` rows of a type, all null. */
export function makeCells(tag: CellTag, rows: number): Cells {
  const statuses = new Uint8Array(rows);
  if (tag === "utf8") return { kind: "text", values: new Array<string>(rows).fill(""), statuses };
  return { kind: "number", values: new Float64Array(rows), statuses };
}

/**
 * The status of a value computed from operands of which at least one has none: missing if any is missing, else expired if any
 * is expired, else null.
 */
export function absenceOf(a: number, b: number): number {
  if (a === featureStatus.missing || b === featureStatus.missing) return featureStatus.missing;
  if (a === featureStatus.expired || b === featureStatus.expired) return featureStatus.expired;
  return featureStatus.null;
}
