import type { Check } from "../../contracts/check.ts";
import { cellState, type Column } from "../../table/column.ts";
import { anyColumnOf } from "../../table/table.ts";
import { columnDoubles } from "./column-doubles.ts";
import { requireColumnName, refuseOption } from "./require-option.ts";
import { FailedRows, type RowFindings, rowCheck } from "./row-check.ts";
import { type RowCheckOptions, rowBound } from "./tolerance.ts";

/** A value of a set: a text, a number (bigint for a 64-bit integer) or a boolean. */
export type SetValue = string | number | bigint | boolean;

/**
 * A column holds only the given values; a null or absent cell is not judged. Texts are compared once per distinct value.
 * Throws `argument/invalid` for an empty set or one with NaN, objects or several kinds of values.
 *
 * @example
 * ```ts
 * import { membership } from "sluice/data";
 * import { tableFromRows } from "sluice/table";
 * const batch = tableFromRows([{ depot: "D0" }, { depot: "D7" }], { depot: { tag: "utf8", nullable: false } });
 * const found = membership("depot", ["D0", "D1"]).judge({ batch });
 * if (found.outcome !== "fail" || found.sampleRows?.[0]?.["depot"] !== "D7") throw new Error("D7 is unknown");
 * if (membership("depot", ["D0"], { atMost: 0.5 }).judge({ batch }).outcome !== "pass") throw new Error("half may be");
 * ```
 */
export function membership<const C extends string>(
  column: C,
  values: readonly SetValue[],
  options: RowCheckOptions = {},
): Check<C> {
  requireColumnName(column);
  const allowed = requireSet(values);
  const sorted = [...allowed].map((value) => (typeof value === "bigint" ? `${value}n` : value)).sort(byText);
  return rowCheck({
    check: "membership",
    columns: [column],
    params: { values: sorted },
    fault: "hold an unknown value",
    options,
    bound: rowBound(options),
    start: () => (batch) => find(anyColumnOf(batch, column), allowed),
  });
}

function byText(a: string | number | boolean, b: string | number | boolean): number {
  return String(a) < String(b) ? -1 : 1;
}

function requireSet(values: readonly SetValue[]): ReadonlySet<SetValue> {
  const given: unknown = values;
  if (!Array.isArray(given) || values.length === 0)
    return refuseOption(JSON.stringify(given) ?? "nothing", "an array of at least one allowed value");
  for (const value of values) {
    const known = ["string", "number", "bigint", "boolean"].includes(typeof value) && !Number.isNaN(value);
    if (!known || typeof value !== typeof values[0])
      refuseOption(`the value ${String(value)}`, "texts, numbers, bigints or booleans, all of one kind");
  }
  return new Set(values);
}

function find(column: Column, allowed: ReadonlySet<SetValue>): RowFindings {
  const isKnown = knows(column, allowed);
  const { states } = column;
  const failed = new FailedRows();
  let judged = 0;
  for (let row = 0; row < column.values.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    judged++;
    if (!isKnown(row)) failed.add(row);
  }
  return { judged, failed };
}

function knows(column: Column, allowed: ReadonlySet<SetValue>): (row: number) => boolean {
  if (column.tag === "utf8") {
    const known = column.dictionary.map((text) => allowed.has(text));
    return (row) => known[column.values[row] as number] === true;
  }
  if (column.tag === "bool") return (row) => allowed.has(column.values[row] === 1);
  // A number of the set names the 64-bit integer that equals it.
  if (column.tag === "i64") {
    const exact = new Set([...allowed].map((value) => (Number.isSafeInteger(value) ? BigInt(Number(value)) : value)));
    return (row) => exact.has(column.values[row] as bigint);
  }
  const doubles = columnDoubles(column);
  return (row) => allowed.has(doubles[row] as number);
}
