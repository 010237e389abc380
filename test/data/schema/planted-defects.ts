import { validateTable } from "../../../src/data/schema/validate-table.ts";
import type { Validation } from "../../../src/data/schema/validation.ts";
import { cellState, type Column } from "../../../src/table/column.ts";
import type { Table } from "../../../src/table/table.ts";
import { mapColumns } from "../../../src/table/take-rows.ts";

type JudgeTable = typeof validateTable;

/** An engine that judges another table than the one it is given. */
function misreading(misread: (column: Column) => Column): JudgeTable {
  return (schema, table, options) => validateTable(schema, mapColumns(table, misread), options);
}

/** An engine that says something else than it found. */
function misreporting(misreport: (found: Validation, table: Table) => Validation): JudgeTable {
  return (schema, table, options) => misreport(validateTable(schema, table, options), table);
}

function withoutFaults(found: Validation, isLost: (fault: Validation["rejected"][number]) => boolean): Validation {
  const rejected = found.rejected.filter((fault) => !isLost(fault));
  const lost = found.rejected.filter(isLost).map(({ row }) => row);
  return { ...found, rejected, acceptedRows: Int32Array.from([...found.acceptedRows, ...lost]).sort() };
}

/** Engines with one defect each, of the kind that a compiled loop could have: see `fuzz.test.ts`. */
export const plantedDefects: { readonly [defect: string]: JudgeTable } = {
  "rows below a bound are accepted": misreporting((found) =>
    withoutFaults(found, ({ issues }) => issues.every(({ code }) => code === "too_small")),
  ),
  "rows of texts that miss their pattern are accepted": misreporting((found) =>
    withoutFaults(found, ({ issues }) => issues.every(({ code }) => code === "invalid_format")),
  ),
  "only the first issue of a row is told": misreporting((found) => ({
    ...found,
    rejected: found.rejected.map(({ row, issues }) => ({ row, issues: issues.slice(0, 1) })),
  })),
  "the path of an issue ends at the column": misreporting((found) => ({
    ...found,
    rejected: found.rejected.map(({ row, issues }) => ({
      row,
      issues: issues.map((issue) => ({ ...issue, path: issue.path.split(".")[0] ?? "" })),
    })),
  })),
  "minus zero is read as zero": misreading((column) =>
    column.tag === "f64" ? { ...column, values: column.values.map((value) => value + 0) } : column,
  ),
  "instants lose their fraction": misreading((column) =>
    column.tag === "instant" ? { ...column, values: column.values.map(Math.trunc) } : column,
  ),
  "absent cells are taken for null": misreading((column) => {
    const states = column.states?.map((state) => (state === cellState.absent ? cellState.null : state));
    return states === undefined ? column : { ...column, states };
  }),
  "64-bit integers go through a double": misreading((column) =>
    column.tag === "i64"
      ? { ...column, values: column.values.map((value) => BigInt.asIntN(64, BigInt(Number(value)))) }
      : column,
  ),
  "defaults are not filled in": misreporting((found, table) => ({
    ...found,
    table: {
      ...found.table,
      columns: Object.fromEntries(
        Object.entries(found.table.columns).map(([name, column]) => {
          const before = table.columns[name]?.states;
          return [name, before === undefined ? column : { ...column, states: before }];
        }),
      ),
    },
  })),
};
