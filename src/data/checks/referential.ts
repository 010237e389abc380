import type { Check } from "../../contracts/check.ts";
import { isPresent } from "../../table/column.ts";
import { KeyLookup } from "../../table/key-lookup.ts";
import { anyColumnOf, makeTable, type Table } from "../../table/table.ts";
import { refuseOption, requireColumnName } from "./require-option.ts";
import { FailedRows, rowCheck } from "./row-check.ts";
import { type RowCheckOptions, rowBound } from "./tolerance.ts";

/** How {@link referential} judges. */
export interface ReferentialOptions extends RowCheckOptions {
  /** Where the values must exist: the name of a dataset (its newest version when the batch is judged) or the digest of a version. */
  readonly in: string;
  /** The columns there, in the order of the check's columns. @default the same names */
  readonly columns?: readonly string[];
}

/**
 * The values of a column, or of several columns together, exist in a version of another dataset, which the ingest reads before it judges.
 * A row with a null or absent cell is not judged. Without that version the answer is `insufficientHistory`.
 * Throws `argument/invalid` without columns or with another number of them; `table/type-mismatch` when judging columns of different types.
 *
 * @example
 * ```ts
 * import { referential } from "sluice/data";
 * import { tableFromRows } from "sluice/table";
 * const text = { tag: "utf8", nullable: false } as const;
 * const batch = tableFromRows([{ origin: "ATL" }, { origin: "QQQ" }], { origin: text });
 * const airports = tableFromRows([{ code: "ATL" }, { code: "ORD" }], { code: text });
 * const check = referential(["origin"], { in: "airports", columns: ["code"] });
 * if (check.judge({ batch, tables: { airports } }).failingRows?.[0] !== 1) throw new Error("no such airport");
 * if (check.judge({ batch }).outcome !== "insufficientHistory") throw new Error("no airports at all");
 * ```
 */
export function referential<const C extends string>(columns: readonly C[], options: ReferentialOptions): Check<C> {
  const theirs = options.columns ?? columns;
  if (columns.length === 0 || theirs.length !== columns.length)
    refuseOption(`${columns.length} columns against ${theirs.length}`, "as many columns there as here, at least one");
  for (const column of [...columns, ...theirs]) requireColumnName(column);
  const version: unknown = options.in;
  if (typeof version !== "string" || version === "")
    return refuseOption(`in ${JSON.stringify(version)}`, "the name of a dataset or the digest of a version");
  return rowCheck({
    check: "referential",
    columns,
    params: { in: version, columns: [...theirs] },
    needs: { tables: { [version]: { version, columns: theirs } } },
    fault: `hold a value that is not in ${version}`,
    options,
    bound: rowBound(options),
    start: ({ tables }) => {
      const reference = tables?.[version];
      if (reference === undefined) return () => `there is no version of ${version} to look in`;
      const index = new KeyLookup(renamed(reference, theirs, columns), columns);
      return (batch) => orphans(batch, columns, index);
    },
  });
}

function renamed(table: Table, from: readonly string[], to: readonly string[]): Table {
  return makeTable(Object.fromEntries(to.map((name, i) => [name, anyColumnOf(table, from[i] ?? name)])));
}

function orphans(batch: Table, columns: readonly string[], index: KeyLookup): { judged: number; failed: FailedRows } {
  const probe = index.probe(batch);
  const cells = columns.map((name) => anyColumnOf(batch, name)).filter(({ states }) => states !== undefined);
  const failed = new FailedRows();
  let judged = 0;
  for (let row = 0; row < probe.length; row++) {
    if (!cells.every((column) => isPresent(column, row))) continue;
    judged++;
    if ((probe[row] as number) < 0) failed.add(row);
  }
  return { judged, failed };
}
