import type { Check } from "../../contracts/check.ts";
import { refuseOption } from "./require-option.ts";
import { textCheck } from "./text-check.ts";
import type { RowCheckOptions } from "./tolerance.ts";

/**
 * Every text of a column matches a regular expression; anchor it with `^` and `$` to match the whole text. It is tested once per distinct
 * value; null and absent cells are not judged. Throws `argument/invalid` for anything but a `RegExp`.
 *
 * @example
 * ```ts
 * import { pattern } from "sluice/data";
 * import { tableFromRows } from "sluice/table";
 * const batch = tableFromRows([{ code: "ATL" }, { code: "atl" }], { code: { tag: "utf8", nullable: false } });
 * if (pattern("code", /^[A-Z]{3}$/).judge({ batch }).rowsFailing !== 1) throw new Error("one is in lower case");
 * ```
 */
export function pattern<const C extends string>(
  column: C,
  expression: RegExp,
  options: RowCheckOptions = {},
): Check<C> {
  if (!(expression instanceof RegExp))
    refuseOption(`the pattern ${JSON.stringify(expression)}`, "a regular expression", "Pass one, as in /^[A-Z]{3}$/.");
  // Without g and y, which carry a position from one test to the next.
  const test = new RegExp(expression.source, expression.flags.replace(/[gy]/g, ""));
  return textCheck({
    check: "pattern",
    column,
    params: { source: test.source, flags: test.flags },
    fault: `do not match ${test}`,
    options,
    accepts: (text) => test.test(text),
  });
}
