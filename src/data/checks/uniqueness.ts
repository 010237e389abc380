import type { Check } from "../../contracts/check.ts";
import { anyColumnOf } from "../../table/table.ts";
import { type DenseCodes, denseCodes, pairCodes } from "./dense-codes.ts";
import { refuseOption, requireColumnName } from "./require-option.ts";
import { FailedRows, rowCheck } from "./row-check.ts";
import { type RowCheckOptions, rowBound } from "./tolerance.ts";

/**
 * No two rows of a batch agree in all of the columns: every row that repeats an earlier one fails. Null and absent cells count as values of
 * their own; NaN equals NaN. `value` is a count of rows unless the bound is a share.
 * Throws `argument/invalid` without columns, and for a bound that is neither a share nor a count.
 *
 * @example
 * ```ts
 * import { uniqueness } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ id: { tag: "f64", values: Float64Array.of(1, 2, 1) } });
 * const found = uniqueness(["id"]).judge({ batch });
 * if (found.outcome !== "fail" || found.failingRows?.[0] !== 2) throw new Error("1 comes twice");
 * ```
 */
export function uniqueness<const C extends string>(columns: readonly C[], options: RowCheckOptions = {}): Check<C> {
  if (columns.length === 0) refuseOption("no columns", "at least one column", "Name the columns that identify a row.");
  for (const column of columns) requireColumnName(column);
  return rowCheck({
    check: "uniqueness",
    columns,
    params: {},
    fault: "repeat an earlier one",
    options,
    bound: rowBound(options, { rows: 0 }),
    wholeBatch: true,
    start: () => (batch) => {
      let all: DenseCodes | undefined;
      let failed = new FailedRows();
      for (const name of columns) {
        const own = denseCodes(anyColumnOf(batch, name));
        failed = repeats(own);
        // What one column tells apart, several do.
        if (failed.count === 0) break;
        all = all === undefined ? own : pairCodes(all, own);
        failed = repeats(all);
      }
      return { judged: batch.rowCount, failed };
    },
  });
}

function repeats({ codes, count }: DenseCodes): FailedRows {
  const failed = new FailedRows();
  const seen = new Uint8Array(count);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (seen[code] === 1) failed.add(row);
    seen[code] = 1;
  }
  return failed;
}
