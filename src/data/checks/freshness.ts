import type { Check, CheckOutcome } from "../../contracts/check.ts";
import { type Duration, durationMs, durationText } from "../../core/duration.ts";
import { cellState } from "../../table/column.ts";
import { columnOf } from "../../table/table.ts";
import { foldingCheck } from "./folding-check.ts";
import { refuseOption, requireColumnName, type SeverityOption, severityOf } from "./require-option.ts";

/** How {@link freshness} judges. */
export interface FreshnessOptions extends SeverityOption {
  /** The greatest age of the newest instant, as in "6h"; a plain number is milliseconds. */
  readonly maxAge: Duration;
}

/**
 * The newest instant of a column is not too old when the batch is judged. Instants that lie in the future do not count: a wrong year must
 * not make old data look fresh. `value` and `bound` are milliseconds. Without a clock in the input, and without an instant up to now, the
 * answer is `insufficientHistory`. Throws `argument/invalid` for a duration that cannot be read.
 *
 * @example
 * ```ts
 * import { manualClock } from "sluice";
 * import { freshness } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ at: { tag: "instant", values: Float64Array.of(1_000, 2_000) } });
 * const found = freshness("at", { maxAge: "1s" }).judge({ batch, clock: manualClock(5_000) });
 * if (found.outcome !== "fail" || found.value !== 3_000) throw new Error("three seconds old");
 * ```
 */
export function freshness<const C extends string>(column: C, options: FreshnessOptions): Check<C> {
  requireColumnName(column);
  const given: unknown = options.maxAge;
  if (typeof given !== "string" && typeof given !== "number")
    refuseOption(`maxAge ${String(given)}`, 'a duration, as in "6h"');
  const bound = durationMs(options.maxAge);
  const about = { check: "freshness", columns: [column], severity: severityOf(options) } as const;
  const unknown = (why: string): CheckOutcome => ({
    ...about,
    outcome: "insufficientHistory",
    reason: `${column}: ${why}`,
  });
  return {
    ...about,
    params: { maxAgeMs: bound },
    tags: ["instant"],
    ...foldingCheck(({ clock }) => {
      const now = clock?.nowMs();
      let newest = Number.NEGATIVE_INFINITY;
      let future = 0;
      return {
        add: (piece) => {
          if (now === undefined) return;
          const { values, states } = columnOf(piece, column, "instant");
          for (let row = 0; row < values.length; row++) {
            if (states !== undefined && states[row] !== cellState.present) continue;
            const at = values[row] as number;
            if (at > now) future++;
            else if (at > newest) newest = at;
          }
        },
        finish: () => {
          if (now === undefined) return unknown("the check was run without a clock");
          const ahead = future === 0 ? "" : `; ${future} rows lie in the future and do not count`;
          if (newest === Number.NEGATIVE_INFINITY) return unknown(`there is no instant up to now${ahead}`);
          const value = now - newest;
          const text = `${column}: the newest instant is ${durationText(value)} old (at most ${durationText(bound)})${ahead}`;
          return { ...about, outcome: value <= bound ? "pass" : "fail", value, bound, reason: text };
        },
      };
    }),
  };
}
