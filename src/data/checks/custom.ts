import type { Check, CheckInput, CheckNeeds } from "../../contracts/check.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { failingRowsKept, sampleRows } from "./row-check.ts";
import { refuseOption, requireColumnName, type SeverityOption, severityOf } from "./require-option.ts";

/** How a {@link custom} check is declared. */
export interface CustomOptions<C extends string> extends SeverityOption {
  /** Names what the judge does; change it whenever the judge changes, since code itself cannot be digested. */
  readonly version: string;
  /** The columns it looks at. @default every column of the batch */
  readonly columns?: readonly C[];
  /** What it was configured with, for the definition's digest. @default nothing */
  readonly params?: JsonValue;
  /** What it must be given beside the batch. @default nothing */
  readonly needs?: CheckNeeds;
}

/** What a custom judge answers: a verdict with its reason, or why there can be none. */
export type CustomVerdict =
  | {
      readonly pass: boolean;
      readonly reason: string;
      readonly value?: number;
      readonly bound?: number;
      /** The indices of all rows that failed. */
      readonly failingRows?: ArrayLike<number>;
    }
  | { readonly insufficientHistory: string };

/**
 * A check of the host's own: a synchronous function over the batch's columns. A batch without rows is `insufficientHistory` and the judge
 * is not asked; what it throws goes to the caller of the ingest. Throws `argument/invalid` without a name or a version.
 *
 * @example
 * ```ts
 * import { custom } from "sluice/data";
 * import { columnOf, makeTable } from "sluice/table";
 * const wholeCents = custom("whole cents", { version: "1", columns: ["price"] }, ({ batch }) => {
 *   const prices = columnOf(batch, "price", "f64").values;
 *   const failingRows = [...prices.keys()].filter((row) => !Number.isInteger(prices[row]));
 *   return { pass: failingRows.length === 0, reason: `${failingRows.length} prices with fractions of a cent`, failingRows };
 * });
 * const batch = makeTable({ price: { tag: "f64", values: Float64Array.of(100, 99.5) } });
 * if (wholeCents.judge({ batch }).rowsFailing !== 1) throw new Error("one has a fraction");
 * ```
 */
export function custom<const C extends string>(
  name: string,
  options: CustomOptions<C> & { readonly columns: readonly C[] },
  judge: (input: CheckInput) => CustomVerdict,
): Check<C>;
export function custom(
  name: string,
  options: CustomOptions<never>,
  judge: (input: CheckInput) => CustomVerdict,
): Check<never>;
export function custom(
  name: string,
  options: CustomOptions<string>,
  judge: (input: CheckInput) => CustomVerdict,
): Check {
  const { version, columns = [], params = {}, needs } = options;
  if (typeof name !== "string" || name === "") refuseOption(`the name ${JSON.stringify(name)}`, "a name");
  if (typeof version !== "string" || version === "")
    refuseOption(`version ${JSON.stringify(version)}`, 'a text, as in "1"');
  if (typeof judge !== "function") refuseOption(`a judge of type ${typeof judge}`, "a function");
  for (const column of columns) requireColumnName(column);
  // The prefix keeps it from passing for a check of ours, which the validation of a version asks for by name.
  const about = { check: `custom ${name}`, columns, severity: severityOf(options) } as const;
  return {
    ...about,
    params: { version, params },
    needs: { ...needs, ...(columns.length === 0 ? { allColumns: true } : {}) },
    judge: (input) => {
      const verdict: CustomVerdict =
        input.batch.rowCount === 0 ? { insufficientHistory: "the batch has no rows" } : judge(input);
      if ("insufficientHistory" in verdict)
        return { ...about, outcome: "insufficientHistory", reason: verdict.insufficientHistory };
      const { pass, reason, value, bound, failingRows } = verdict;
      const outcome = { ...about, outcome: pass === true ? "pass" : "fail", reason } as const;
      const first =
        failingRows === undefined
          ? []
          : Array.from(failingRows)
              .sort((a, b) => a - b)
              .slice(0, failingRowsKept);
      return {
        ...outcome,
        ...(value !== undefined && { value }),
        ...(bound !== undefined && { bound }),
        ...(failingRows !== undefined && {
          rowsFailing: failingRows.length,
          failingRows: first,
          sampleRows: sampleRows(input.batch, first),
        }),
      };
    },
  };
}
