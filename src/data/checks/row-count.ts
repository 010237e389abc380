import type { Check } from "../../contracts/check.ts";
import { SluiceError } from "../../core/errors.ts";
import { foldingCheck } from "./folding-check.ts";
import { type SeverityOption, severityOf } from "./require-option.ts";

/** How {@link rowCount} judges. */
export interface RowCountOptions extends SeverityOption {
  /** The fewest rows. @default 0 */
  readonly atLeast?: number;
  /** The most rows. @default no limit */
  readonly atMost?: number;
}

/**
 * The number of rows in a batch lies between two counts, both included. A batch without rows fails where at least one is demanded, and is
 * `insufficientHistory` otherwise. Throws `argument/invalid` unless the limits are whole numbers in order.
 *
 * @example
 * ```ts
 * import { rowCount } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ id: { tag: "f64", values: Float64Array.of(1, 2) } });
 * if (rowCount({ atLeast: 3 }).judge({ batch }).outcome !== "fail") throw new Error("two rows only");
 * ```
 */
export function rowCount(options: RowCountOptions): Check<never> {
  const atLeast = options.atLeast ?? 0;
  const atMost = options.atMost ?? Number.MAX_SAFE_INTEGER;
  if (!Number.isSafeInteger(atLeast) || !Number.isSafeInteger(atMost) || atLeast < 0 || atMost < atLeast) {
    throw new SluiceError("argument/invalid", {
      found: `atLeast ${atLeast}, atMost ${atMost}`,
      expected: "whole numbers of rows, the first not above the second",
      fix: "Correct the limits.",
    });
  }
  const about = { check: "rowCount", columns: [], severity: severityOf(options) } as const;
  return {
    ...about,
    params: { atLeast, atMost },
    ...foldingCheck(() => {
      let value = 0;
      return {
        add: (piece) => {
          value += piece.rowCount;
        },
        finish: () => {
          const bound = value < atLeast ? atLeast : atMost;
          const holds = value >= atLeast && value <= atMost;
          const outcome = holds ? (value === 0 ? "insufficientHistory" : "pass") : "fail";
          const limits = options.atMost === undefined ? `at least ${atLeast}` : `${atLeast} to ${atMost}`;
          return { ...about, outcome, value, bound, reason: `${value} rows (${limits})` };
        },
      };
    }),
  };
}
