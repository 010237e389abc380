import type { Check } from "../../contracts/check.ts";
import { cellState } from "../../table/column.ts";
import {
  type CompareSide,
  type SideColumns,
  sideColumns,
  sideJson,
  type SideReader,
  sideReader,
  sideText,
} from "./compare-side.ts";
import { refuseOption } from "./require-option.ts";
import { FailedRows, rowCheck } from "./row-check.ts";
import { type RowCheckOptions, rowBound } from "./tolerance.ts";

/** How two sides of a {@link compare} must stand to one another. */
export type ComparisonOperator = "<" | "<=" | "==" | "!=" | ">=" | ">";

/** A condition under which a row is judged at all. */
export interface CompareCondition<L extends CompareSide = CompareSide, R extends CompareSide = CompareSide> {
  readonly left: L;
  readonly operator: ComparisonOperator;
  readonly right: R;
}

/** How {@link compare} judges. */
export interface CompareOptions extends RowCheckOptions {
  /** Judges only the rows for which this holds. @default every row */
  readonly where?: CompareCondition;
}

/**
 * Two sides stand to one another as stated in every row: columns by name, constants as `{ value }`, and sums, differences and products of
 * them (`{ minus: ["landed", "departed"] }`). Instants are epoch ms, so that their difference is milliseconds; texts compare by UTF-16
 * units. A row in which a side has no value is not judged; NaN compares to nothing and fails, `!=` included.
 *
 * Throws `argument/invalid` for an unknown operator or side, and when judging where a text or boolean meets a number.
 *
 * @example
 * ```ts
 * import { compare } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({
 *   departed: { tag: "instant", values: Float64Array.of(0, 5_000) },
 *   landed: { tag: "instant", values: Float64Array.of(3_600_000, 4_000) },
 * });
 * if (compare("landed", ">=", "departed").judge({ batch }).failingRows?.[0] !== 1) throw new Error("one landed before it left");
 * const short = compare({ minus: ["landed", "departed"] }, "<", { value: 86_400_000 }).judge({ batch });
 * if (short.outcome !== "pass") throw new Error("nobody flies for a day");
 * ```
 */
export function compare<const A extends CompareSide, const B extends CompareSide>(
  left: A,
  operator: ComparisonOperator,
  right: B,
  options?: RowCheckOptions & { readonly where?: never },
): Check<SideColumns<A> | SideColumns<B>>;
export function compare<
  const A extends CompareSide,
  const B extends CompareSide,
  const C extends CompareSide,
  const D extends CompareSide,
>(
  left: A,
  operator: ComparisonOperator,
  right: B,
  options: RowCheckOptions & { readonly where: CompareCondition<C, D> },
): Check<SideColumns<A> | SideColumns<B> | SideColumns<C> | SideColumns<D>>;
export function compare(
  left: CompareSide,
  operator: ComparisonOperator,
  right: CompareSide,
  options: CompareOptions = {},
): Check {
  const { where } = options;
  requireOperator(operator);
  if (where !== undefined) requireOperator(where.operator);
  const columns = [
    ...sideColumns(left),
    ...sideColumns(right),
    ...(where === undefined ? [] : [...sideColumns(where.left), ...sideColumns(where.right)]),
  ];
  const text = `${sideText(left)} ${operator} ${sideText(right)}`;
  const condition = where && { left: sideJson(where.left), operator: where.operator, right: sideJson(where.right) };
  return rowCheck<string>({
    check: "compare",
    columns: [...new Set(columns)],
    params: { left: sideJson(left), operator, right: sideJson(right), ...(condition && { where: condition }) },
    fault: `do not hold ${text}`,
    options,
    bound: rowBound(options),
    start: () => (batch) => {
      const holds = comparison(sideReader(batch, left), operator, sideReader(batch, right));
      const applies =
        where && comparison(sideReader(batch, where.left), where.operator, sideReader(batch, where.right));
      const failed = new FailedRows();
      let judged = 0;
      for (let row = 0; row < batch.rowCount; row++) {
        if (applies !== undefined && applies(row) !== 1) continue;
        const verdict = holds(row);
        if (verdict < 0) continue;
        judged++;
        if (verdict === 0) failed.add(row);
      }
      return { judged, failed };
    },
  });
}

function requireOperator(operator: ComparisonOperator): void {
  if (["<", "<=", "==", "!=", ">=", ">"].includes(operator)) return;
  refuseOption(`the operator ${JSON.stringify(operator)}`, '"<", "<=", "==", "!=", ">=" or ">"');
}

/** 1 where a comparison holds, 0 where it does not, −1 where a side has no value. */
function comparison(left: SideReader, operator: ComparisonOperator, right: SideReader): (row: number) => -1 | 0 | 1 {
  if (left.kind !== right.kind)
    refuseOption(`a comparison of a ${left.kind} with a ${right.kind}`, "two sides of one kind");
  const holds = operators[operator];
  const { at: a, states: x } = left;
  const { at: b, states: y } = right;
  return (row) => {
    if (x !== undefined && x(row) !== cellState.present) return -1;
    if (y !== undefined && y(row) !== cellState.present) return -1;
    return holds(a(row), b(row)) ? 1 : 0;
  };
}

type Comparable = number | bigint | string | boolean;

const operators: { readonly [O in ComparisonOperator]: (a: Comparable, b: Comparable) => boolean } = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  ">": (a, b) => a > b,
  // A bigint equals the number of the same size, which === denies; NaN is neither equal nor unequal to anything.
  "==": (a, b) => a >= b && a <= b,
  "!=": (a, b) => a < b || a > b,
};
