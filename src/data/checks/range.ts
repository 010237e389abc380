import type { Check } from "../../contracts/check.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { cellState } from "../../table/column.ts";
import { anyColumnOf } from "../../table/table.ts";
import { columnDoubles } from "./column-doubles.ts";
import { refuseOption, requireColumnName } from "./require-option.ts";
import { FailedRows, rowCheck } from "./row-check.ts";
import { type RowCheckOptions, rowBound } from "./tolerance.ts";

/** A bound of {@link range}: a number, a bigint for 64-bit integers beyond 2^53, a date for instants. */
export type RangeBound = number | bigint | Date;

/** How {@link range} judges; at least one of `min` and `max` must be given. */
export interface RangeOptions extends RowCheckOptions {
  /** The least value. @default no limit */
  readonly min?: RangeBound;
  /** The greatest value. @default no limit */
  readonly max?: RangeBound;
  /** Whether the bounds themselves are outside. @default "none" */
  readonly exclusive?: "none" | "min" | "max" | "both";
}

/**
 * Every number or instant of a column lies between two values. NaN lies nowhere; null and absent cells are not judged.
 * Throws `argument/invalid` without a bound, for NaN, and for bounds out of order.
 *
 * @example
 * ```ts
 * import { range } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ km: { tag: "f64", values: Float64Array.of(3, -1, Number.NaN) } });
 * const found = range("km", { min: 0, max: 5000 }).judge({ batch });
 * if (found.rowsFailing !== 2 || found.failingRows?.join() !== "1,2") throw new Error("a negative one and a NaN");
 * ```
 */
export function range<const C extends string>(column: C, options: RangeOptions): Check<C> {
  requireColumnName(column);
  const min = boundOf("min", options.min);
  const max = boundOf("max", options.max);
  if (min === undefined && max === undefined) refuseOption("neither min nor max", "at least one of them");
  if (min !== undefined && max !== undefined && min > max)
    refuseOption(`min ${min}, max ${max}`, "the first not above the second");
  const exclusive = options.exclusive ?? "none";
  if (!["none", "min", "max", "both"].includes(exclusive))
    refuseOption(`exclusive ${JSON.stringify(exclusive)}`, '"none", "min", "max" or "both"');
  const openMin = exclusive === "min" || exclusive === "both";
  const openMax = exclusive === "max" || exclusive === "both";
  const inside = (value: number | bigint): boolean =>
    (min === undefined || (openMin ? value > min : value >= min)) &&
    (max === undefined || (openMax ? value < max : value <= max));
  return rowCheck({
    check: "range",
    columns: [column],
    params: {
      ...(min === undefined ? {} : { min: jsonOf(min) }),
      ...(max === undefined ? {} : { max: jsonOf(max) }),
      exclusive,
    },
    tags: ["f64", "i32", "i64", "instant"],
    fault: `lie outside ${openMin ? "(" : "["}${textOf(options.min, "−∞")}, ${textOf(options.max, "∞")}${openMax ? ")" : "]"}`,
    options,
    bound: rowBound(options),
    start: () => (batch) => {
      const found = anyColumnOf(batch, column);
      if (found.tag === "utf8" || found.tag === "bool")
        return refuseOption(`range of column "${column}" of type ${found.tag}`, "a column of numbers or instants");
      const values = columnDoubles(found);
      const { states } = found;
      const failed = new FailedRows();
      const low = min === undefined ? Number.NEGATIVE_INFINITY : Number(min);
      const high = max === undefined ? Number.POSITIVE_INFINITY : Number(max);
      let judged = 0;
      for (let row = 0; row < values.length; row++) {
        if (states !== undefined && states[row] !== cellState.present) continue;
        judged++;
        const value = values[row] as number;
        if (value > low && value < high) continue;
        // On a bound, where a 64-bit integer may have been rounded, and for NaN: the value itself decides.
        const own = found.values[row] as number | bigint;
        if (Number.isNaN(own) || !inside(own)) failed.add(row);
      }
      return { judged, failed };
    },
  });
}

function boundOf(name: string, given: RangeBound | undefined): number | bigint | undefined {
  if (given === undefined) return undefined;
  const bound = given instanceof Date ? given.getTime() : given;
  if (typeof bound === "bigint" || (typeof bound === "number" && !Number.isNaN(bound))) return bound;
  return refuseOption(`${name} ${String(given)}`, "a number, a bigint or a date");
}

function jsonOf(bound: number | bigint): JsonValue {
  return typeof bound === "number" && Number.isFinite(bound) ? bound : `${bound}`;
}

function textOf(bound: RangeBound | undefined, otherwise: string): string {
  return bound === undefined ? otherwise : bound instanceof Date ? bound.toISOString() : String(bound);
}
