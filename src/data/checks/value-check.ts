import type { Check, CheckFold, CheckOutcome } from "../../contracts/check.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { CellTag } from "../../core/cell-type.ts";
import type { Table } from "../../table/table.ts";
import { foldingCheck } from "./folding-check.ts";
import { refuseOption, requireColumnName, type SeverityOption, severityOf } from "./require-option.ts";

/** Bounds of a statistic, both included; at least one must be given. */
export interface ValueBoundsOptions extends SeverityOption {
  /** The least value that passes. @default no limit */
  readonly min?: number;
  /** The greatest value that passes. @default no limit */
  readonly max?: number;
}

/** What a check of a statistic is made of. */
export interface ValueCheckParts<C extends string> {
  readonly check: string;
  readonly columns: readonly C[];
  /** What decides the statistic; the bounds are added. */
  readonly params: { readonly [name: string]: JsonValue };
  readonly tags?: readonly CellTag[];
  readonly options: ValueBoundsOptions;
  /** How the statistic comes about: from all rows of a batch at once, or from rows piece by piece. A text says why it has no value. */
  readonly statistic:
    | { readonly whole: (batch: Table) => number | string }
    | { readonly pieces: () => ColumnStatistic };
}

/** A statistic on its way. */
export interface ColumnStatistic {
  add(piece: Table): void;
  /** A text says why it has no value. */
  value(): number | string;
}

/** The column types that numbers can be computed of. */
export const numberTags: readonly CellTag[] = ["f64", "i32", "i64", "bool", "instant"];

/** A check that bounds a statistic of a batch. Without a value it answers `insufficientHistory`. */
export function valueCheck<const C extends string>(parts: ValueCheckParts<C>): Check<C> {
  const { check, columns, options, statistic } = parts;
  for (const column of columns) requireColumnName(column);
  const { min, max } = requireBounds(options);
  const about = { check, columns, severity: severityOf(options) } as const;
  const label = `${columns.join(", ")}:`;
  const unknown = (why: string): CheckOutcome => ({
    ...about,
    outcome: "insufficientHistory",
    reason: `${label} ${why}`,
  });
  const limits = max === undefined ? `at least ${min}` : min === undefined ? `at most ${max}` : `${min} to ${max}`;
  const judged = (value: number | string): CheckOutcome => {
    if (typeof value === "string") return unknown(value);
    const low = min === undefined || value >= min;
    const high = max === undefined || value <= max;
    const bound = low ? (max ?? min) : min;
    const reason = `${label} ${Number(value.toPrecision(6))} (${limits})`;
    return { ...about, outcome: low && high ? "pass" : "fail", value, ...(bound !== undefined && { bound }), reason };
  };
  const fold = (start: () => ColumnStatistic) => (): CheckFold => {
    const statistic = start();
    let rows = 0;
    return {
      add: (piece) => {
        rows += piece.rowCount;
        statistic.add(piece);
      },
      finish: () => (rows === 0 ? unknown("the batch has no rows") : judged(statistic.value())),
    };
  };
  const all = {
    ...about,
    params: { ...parts.params, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) },
    ...(parts.tags && { tags: parts.tags }),
  };
  if ("pieces" in statistic) return { ...all, ...foldingCheck(fold(statistic.pieces)) };
  return {
    ...all,
    judge: ({ batch }) => (batch.rowCount === 0 ? unknown("the batch has no rows") : judged(statistic.whole(batch))),
  };
}

function requireBounds({ min, max }: ValueBoundsOptions): { min: number | undefined; max: number | undefined } {
  if (min === undefined && max === undefined) refuseOption("neither min nor max", "at least one of them");
  for (const bound of [min, max])
    if (bound !== undefined && !Number.isFinite(bound)) refuseOption(`the bound ${String(bound)}`, "a finite number");
  if (min !== undefined && max !== undefined && min > max)
    refuseOption(`min ${min}, max ${max}`, "the first not above the second");
  return { min, max };
}
