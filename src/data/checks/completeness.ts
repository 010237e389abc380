import type { Check } from "../../contracts/check.ts";
import { cellState } from "../../table/column.ts";
import { anyColumnOf } from "../../table/table.ts";
import { requireColumnName } from "./require-option.ts";
import { FailedRows, rowCheck } from "./row-check.ts";
import { type RowCheckOptions, rowBound } from "./tolerance.ts";

/** How {@link completeness} judges: the least share (or number) of rows with a value, or the most without one. */
export type CompletenessOptions = RowCheckOptions;

/**
 * The rows of a column that hold a value (neither null nor absent; NaN is a value). A batch without rows has no share: `insufficientHistory`.
 * Throws `argument/invalid` for a bound that is neither a share in [0, 1] nor `{ rows: a count }`.
 *
 * @example
 * ```ts
 * import { completeness } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ delay: { tag: "f64", values: Float64Array.of(1, 0), states: Uint8Array.of(1, 0) } });
 * if (completeness("delay", { atLeast: 0.98 }).judge({ batch }).outcome !== "fail") throw new Error("half is missing");
 * if (completeness("delay", { atMost: { rows: 1 } }).judge({ batch }).outcome !== "pass") throw new Error("one may be missing");
 * ```
 */
export function completeness<const C extends string>(column: C, options: CompletenessOptions = {}): Check<C> {
  requireColumnName(column);
  return rowCheck({
    check: "completeness",
    columns: [column],
    params: {},
    fault: "hold no value",
    options,
    bound: rowBound(options),
    start: () => (batch) => {
      const { states } = anyColumnOf(batch, column);
      const failed = new FailedRows();
      if (states !== undefined)
        for (let row = 0; row < states.length; row++) if (states[row] !== cellState.present) failed.add(row);
      return { judged: batch.rowCount, failed };
    },
  });
}
