import type { JsonValue } from "../../core/canonical-json.ts";
import { refuseOption, requireShare, requireWhole, type SeverityOption } from "./require-option.ts";

/** A number of rows: a plain number is a share of the batch's rows in [0, 1] (0.01 is 1%), `{ rows: 10 }` is a count. */
export type Tolerance = number | { readonly rows: number };

/** How many rows a check lets fail; every check that judges rows has it. At most one of the two bounds may be given. */
export interface RowCheckOptions extends SeverityOption {
  /** The fewest rows that pass. */
  readonly atLeast?: Tolerance;
  /** The most rows that fail. @default 0 */
  readonly atMost?: Tolerance;
}

/** A {@link RowCheckOptions} bound, read once. */
export interface RowBound {
  readonly side: "atLeast" | "atMost";
  readonly unit: "share" | "rows";
  readonly bound: number;
  /** As it goes into a check's params; empty where the default holds. */
  readonly params: { readonly [name: string]: JsonValue };
}

/** Reads the bound of a row check; throws `argument/invalid` for two bounds, and for anything but a share or a count. */
export function rowBound(options: RowCheckOptions, otherwise: Tolerance = 0): RowBound {
  const { atLeast, atMost } = options;
  if (atLeast !== undefined && atMost !== undefined)
    return refuseOption("both atLeast and atMost", "one of them", "Leave one out.");
  const side = atLeast === undefined ? "atMost" : "atLeast";
  const given = atLeast ?? atMost;
  const tolerance = given ?? otherwise;
  const plain: unknown = tolerance;
  if (typeof plain === "number") {
    const bound = requireShare(side, plain);
    return { side, unit: "share", bound, params: given === undefined ? {} : { [side]: bound } };
  }
  if (typeof tolerance === "number" || typeof plain !== "object" || plain === null || !("rows" in plain))
    return refuseOption(`${side} ${JSON.stringify(plain)}`, "a share in [0, 1] or { rows: a count }");
  const bound = requireWhole(`${side}.rows`, tolerance.rows);
  return { side, unit: "rows", bound, params: given === undefined ? {} : { [side]: { rows: bound } } };
}

/** What is measured against a bound, and whether it holds. */
export function measure(
  { side, unit, bound }: RowBound,
  failing: number,
  rows: number,
): { readonly value: number; readonly holds: boolean } {
  const count = side === "atMost" ? failing : rows - failing;
  const value = unit === "rows" ? count : count / rows;
  return { value, holds: side === "atMost" ? value <= bound : value >= bound };
}

/** A bound in words, to follow what is wrong with a row: `at most 1% may`, `none may`, `at least 98% must pass`. */
export function boundText({ side, unit, bound }: RowBound): string {
  if (side === "atMost" && bound === 0) return "none may";
  const amount = unit === "rows" ? `${bound} rows` : `${Number((bound * 100).toPrecision(6))}%`;
  return side === "atMost" ? `at most ${amount} may` : `at least ${amount} must pass`;
}
