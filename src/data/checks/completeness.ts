import type { Check } from "../../contracts/check.ts";
import { missingCount } from "../../table/column.ts";
import { anyColumnOf } from "../../table/table.ts";
import { requireFraction } from "./require-fraction.ts";

/** How {@link completeness} judges. */
export interface CompletenessOptions {
  /** The least share of rows with a value, in [0, 1]. */
  readonly atLeast: number;
  /** Whether a failure decides about the batch. @default "error" */
  readonly severity?: "error" | "warn";
}

/**
 * The share of a column's rows that hold a value (neither null nor absent). A batch without rows has no share: `insufficientHistory`.
 *
 * @example
 * ```ts
 * import { completeness } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ delay: { tag: "f64", values: Float64Array.of(1, 0), states: Uint8Array.of(1, 0) } });
 * if (completeness("delay", { atLeast: 0.98 }).judge({ batch }).outcome !== "fail") throw new Error("half is missing");
 * ```
 */
export function completeness<const C extends string>(column: C, options: CompletenessOptions): Check<C> {
  const atLeast = requireFraction("atLeast", options.atLeast);
  const severity = options.severity ?? "error";
  const about = { check: "completeness", columns: [column], severity } as const;
  return {
    ...about,
    params: { atLeast },
    judge: ({ batch }) => {
      const rows = batch.rowCount;
      if (rows === 0) return { ...about, outcome: "insufficientHistory", reason: `${column}: no rows` };
      const present = rows - missingCount(anyColumnOf(batch, column));
      const value = present / rows;
      const outcome = value >= atLeast ? "pass" : "fail";
      return {
        ...about,
        outcome,
        value,
        bound: atLeast,
        reason: `${column}: ${present} of ${rows} rows hold a value (${value.toFixed(4)}, at least ${atLeast})`,
      };
    },
  };
}
