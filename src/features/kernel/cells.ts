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

/** A column of 64-bit integers: expressions do not compute with them. Where the status is not `present`, the value is 0n. */
export interface IntegerCells {
  readonly kind: "integer";
  readonly values: BigInt64Array;
  readonly statuses: Uint8Array;
}

/** A column of lists of doubles. Where the status is not `present`, the list is empty. */
export interface NumbersCells {
  readonly kind: "numbers";
  readonly values: Float64Array[];
  readonly statuses: Uint8Array;
}

/** A column of lists of texts. */
export interface TextsCells {
  readonly kind: "texts";
  readonly values: (readonly string[])[];
  readonly statuses: Uint8Array;
}

/** A column that expressions compute, and compute with. */
export type ComputableCells = NumberCells | TextCells;

/** A column that expressions compute with. */
export type InputCells = ComputableCells | NumbersCells;

/** A column of computed features. */
export type Cells = ComputableCells | IntegerCells | NumbersCells | TextsCells;

/** Cells for `rows` rows of a type, all null. */
export function makeCells(tag: Exclude<CellTag, "i64" | "f64[]" | "utf8[]">, rows: number): ComputableCells;
export function makeCells(tag: CellTag, rows: number): Cells;
export function makeCells(tag: CellTag, rows: number): Cells {
  const kind = cellKind(tag);
  if (kind === "number") return numberCells(rows);
  const statuses = new Uint8Array(rows);
  switch (kind) {
    case "text":
      return { kind: "text", values: new Array<string>(rows).fill(""), statuses };
    case "integer":
      return { kind: "integer", values: new BigInt64Array(rows), statuses };
    case "numbers":
      return { kind: "numbers", values: new Array<Float64Array>(rows).fill(new Float64Array(0)), statuses };
    case "texts":
      return { kind: "texts", values: new Array<readonly string[]>(rows).fill([]), statuses };
  }
}

/** Cells for numbers, all null. */
export function numberCells(rows: number): NumberCells {
  // Engines make arrays of a length that stands in the code several times faster: those of a request of one row.
  if (rows === 1) return { kind: "number", values: new Float64Array(1), statuses: new Uint8Array(1) };
  return { kind: "number", values: new Float64Array(rows), statuses: new Uint8Array(rows) };
}

/** The kind of cells that hold a type's values; JSON is text. */
export function cellKind(tag: CellTag): Cells["kind"] {
  switch (tag) {
    case "utf8":
    case "json":
      return "text";
    case "i64":
      return "integer";
    case "f64[]":
      return "numbers";
    case "utf8[]":
      return "texts";
    case "f64":
    case "i32":
    case "bool":
    case "instant":
      return "number";
  }
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
