import type { Check } from "../../contracts/check.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { cellState } from "../../table/column.ts";
import { columnOf } from "../../table/table.ts";
import { requireColumnName } from "./require-option.ts";
import { FailedRows, rowCheck } from "./row-check.ts";
import { type RowCheckOptions, rowBound } from "./tolerance.ts";

/** A row check of a text column that asks once per distinct value; null and absent cells are not judged. */
export function textCheck<const C extends string>(parts: {
  readonly check: string;
  readonly column: C;
  readonly params: { readonly [name: string]: JsonValue };
  readonly fault: string;
  readonly options: RowCheckOptions;
  readonly accepts: (text: string) => boolean;
}): Check<C> {
  const { check, column, params, fault, options, accepts } = parts;
  requireColumnName(column);
  return rowCheck({
    check,
    columns: [column],
    params,
    tags: ["utf8"],
    fault,
    options,
    bound: rowBound(options),
    start: () => (batch) => {
      const { values, states, dictionary } = columnOf(batch, column, "utf8");
      // 0 = not asked yet, 1 = accepted, 2 = refused: entries that no row uses are never asked.
      const verdicts = new Uint8Array(dictionary.length);
      const failed = new FailedRows();
      let judged = 0;
      for (let row = 0; row < values.length; row++) {
        if (states !== undefined && states[row] !== cellState.present) continue;
        judged++;
        const code = values[row] as number;
        if (verdicts[code] === 0) verdicts[code] = accepts(dictionary[code] as string) ? 1 : 2;
        if (verdicts[code] !== 1) failed.add(row);
      }
      return { judged, failed };
    },
  });
}
