import type { Check } from "../../contracts/check.ts";
import { cellState } from "../../table/column.ts";
import { anyColumnOf } from "../../table/table.ts";
import { columnDoubles } from "./column-doubles.ts";
import { refuseOption, requireColumnName } from "./require-option.ts";
import { FailedRows, rowCheck } from "./row-check.ts";
import { type RowCheckOptions, rowBound } from "./tolerance.ts";

/** How {@link monotonic} judges. */
export interface MonotonicOptions extends RowCheckOptions {
  /** Which way the values go. @default "increasing" */
  readonly direction?: "increasing" | "decreasing";
  /** Whether equal neighbours fail. @default false */
  readonly strictly?: boolean;
}

/**
 * A column of numbers or instants goes one way from row to row of a batch. A row fails where it does not follow on the value before it;
 * NaN fails and is passed over then, as are null and absent cells. Throws `argument/invalid` for other words.
 *
 * @example
 * ```ts
 * import { monotonic } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ reading: { tag: "f64", values: Float64Array.of(1, 3, 2, 4) } });
 * if (monotonic("reading").judge({ batch }).failingRows?.join() !== "2") throw new Error("2 comes after 3");
 * ```
 */
export function monotonic<const C extends string>(column: C, options: MonotonicOptions = {}): Check<C> {
  requireColumnName(column);
  const direction = options.direction ?? "increasing";
  const strictly = options.strictly ?? false;
  if (direction !== "increasing" && direction !== "decreasing")
    refuseOption(`direction ${JSON.stringify(direction)}`, '"increasing" or "decreasing"');
  if (typeof strictly !== "boolean") refuseOption(`strictly ${String(strictly)}`, "true or false");
  const up = direction === "increasing";
  return rowCheck({
    check: "monotonic",
    columns: [column],
    params: { direction, strictly },
    tags: ["f64", "i32", "i64", "instant"],
    fault: `are not ${strictly ? "strictly " : ""}${direction}`,
    options,
    bound: rowBound(options),
    start: () => {
      let last: number | bigint | undefined;
      return (batch) => {
        const found = anyColumnOf(batch, column);
        if (found.tag === "utf8" || found.tag === "bool")
          return refuseOption(
            `monotonic of column "${column}" of type ${found.tag}`,
            "a column of numbers or instants",
          );
        // 64-bit integers are compared as they are: rounded ones would not tell neighbours beyond 2^53 apart.
        const values = found.tag === "i64" ? found.values : columnDoubles(found);
        const { states } = found;
        const failed = new FailedRows();
        let judged = 0;
        for (let row = 0; row < values.length; row++) {
          if (states !== undefined && states[row] !== cellState.present) continue;
          judged++;
          const value = values[row] as number | bigint;
          const follows = last === undefined ? !Number.isNaN(value) : up ? value > last : value < last;
          if (!follows && (strictly || value !== last)) failed.add(row);
          if (!Number.isNaN(value)) last = value;
        }
        return { judged, failed };
      };
    },
  });
}
