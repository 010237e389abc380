import type { Check } from "../../contracts/check.ts";
import { codePoints } from "./column-doubles.ts";
import { refuseOption, requireWhole } from "./require-option.ts";
import { textCheck } from "./text-check.ts";
import type { RowCheckOptions } from "./tolerance.ts";

/** How {@link textLength} judges; at least one of `min` and `max` must be given. */
export interface TextLengthOptions extends RowCheckOptions {
  /** The fewest code points. @default 0 */
  readonly min?: number;
  /** The most code points. @default no limit */
  readonly max?: number;
}

/**
 * Every text of a column is so many Unicode code points long ("😀" is one). Null and absent cells are not judged.
 * Throws `argument/invalid` unless the limits are whole numbers in order.
 *
 * @example
 * ```ts
 * import { textLength } from "sluice/data";
 * import { tableFromRows } from "sluice/table";
 * const batch = tableFromRows([{ code: "ATL" }, { code: "" }], { code: { tag: "utf8", nullable: false } });
 * if (textLength("code", { min: 1, max: 3 }).judge({ batch }).failingRows?.[0] !== 1) throw new Error("one is empty");
 * ```
 */
export function textLength<const C extends string>(column: C, options: TextLengthOptions): Check<C> {
  if (options.min === undefined && options.max === undefined)
    refuseOption("neither min nor max", "at least one of them");
  const min = requireWhole("min", options.min ?? 0);
  const max = requireWhole("max", options.max ?? Number.MAX_SAFE_INTEGER);
  if (min > max) refuseOption(`min ${min}, max ${max}`, "the first not above the second");
  return textCheck({
    check: "textLength",
    column,
    params: { min, max },
    fault: `are not ${min} to ${options.max ?? "∞"} characters long`,
    options,
    accepts: (text) => {
      const length = codePoints(text);
      return length >= min && length <= max;
    },
  });
}
