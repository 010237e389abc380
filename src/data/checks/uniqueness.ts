import type { Check } from "../../contracts/check.ts";
import { cellAt } from "../../table/cell-at.ts";
import { codeOf } from "../../table/code-of.ts";
import type { Column } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/**
 * No two rows of a batch agree in all of the columns. Null and absent cells count as values of their own.
 *
 * @example
 * ```ts
 * import { uniqueness } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ id: { tag: "f64", values: Float64Array.of(1, 2, 1) } });
 * if (uniqueness(["id"]).judge({ batch }).outcome !== "fail") throw new Error("1 comes twice");
 * ```
 */
export function uniqueness<const C extends string>(
  columns: readonly C[],
  options: { readonly severity?: "error" | "warn" } = {},
): Check<C> {
  const about = { check: "uniqueness", columns, severity: options.severity ?? "error" } as const;
  return {
    ...about,
    params: {},
    judge: ({ batch }) => {
      const value = repeatedRows(batch, columns);
      const reason = `${columns.join(", ")}: ${value} of ${batch.rowCount} rows repeat an earlier one`;
      return { ...about, outcome: value === 0 ? "pass" : "fail", value, bound: 0, reason };
    },
  };
}

function repeatedRows(batch: Table, names: readonly string[]): number {
  let groups = new Float64Array(batch.rowCount);
  let distinct = batch.rowCount === 0 ? 0 : 1;
  for (const name of names) {
    const column = anyColumnOf(batch, name);
    const cells = new Map<unknown, number>();
    const pairs = new Map<number, number>();
    const next = new Float64Array(batch.rowCount);
    for (let row = 0; row < batch.rowCount; row++) {
      const cell = codeOf(cells, cellKey(column, row));
      next[row] = codeOf(pairs, (groups[row] ?? 0) * batch.rowCount + cell);
    }
    groups = next;
    distinct = pairs.size;
  }
  return batch.rowCount - distinct;
}

/** Text by its dictionary code, anything else by its value; a Map tells null, undefined and NaN apart from all others. */
function cellKey(column: Column, row: number): unknown {
  const value = cellAt(column, row);
  return column.tag === "utf8" && typeof value === "string" ? column.values[row] : value;
}
