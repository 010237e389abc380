import type { ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { columnOf, makeTable, type Table } from "../../table/table.ts";
import { PartCutter } from "./part-cutter.ts";

/** What decides how rows are cut into parts. */
export interface CutTarget {
  readonly name: string;
  readonly columns: ColumnTypes;
  /** The column that names a row, where there is one: with the event time it decides where parts end, else all columns do. */
  readonly id?: string | undefined;
  readonly eventTime?: string;
}

/** Tables that come one after the other, at once or in time. */
export type TableStream = Iterable<Table> | AsyncIterable<Table>;

/** Cuts tables that come one after the other into parts, in the target's columns. */
export class TableCutter {
  readonly #target: CutTarget;
  readonly #cutter: PartCutter;

  constructor(target: CutTarget) {
    this.#target = target;
    this.#cutter = new PartCutter(keyOf(target));
  }

  /** Takes rows; answers the parts that they complete. Errors: `data/missing-column`, `data/schema-mismatch`. */
  push(table: Table): Iterable<Table> {
    return this.#cutter.push(selectColumns(table, this.#target));
  }

  /** The rows that are left, as the last part; `undefined` if there are none. */
  finish(): Table | undefined {
    return this.#cutter.finish();
  }
}

/** The parts of a stream of tables, in the target's columns. Errors: `data/missing-column`, `data/schema-mismatch`. */
export async function* cutTables(target: CutTarget, tables: TableStream): AsyncGenerator<Table> {
  const cutter = new TableCutter(target);
  for await (const table of tables) yield* cutter.push(table);
  const last = cutter.finish();
  if (last !== undefined) yield last;
}

function keyOf({ columns, id, eventTime }: CutTarget): readonly string[] {
  if (id === undefined) return Object.keys(columns);
  return eventTime === undefined ? [id] : [id, eventTime];
}

/** The target's columns of a table, in the target's order. */
function selectColumns(table: Table, target: CutTarget): Table {
  const columns = Object.entries(target.columns).map(([name, { tag, nullable }]) => {
    const column = columnOf(table, name, tag);
    if (!nullable && column.states?.some((state) => state !== 1) === true) {
      throw new SluiceError("data/schema-mismatch", {
        found: `null or absent cells in column "${name}" of dataset "${target.name}"`,
        expected: "a value in every row, as the schema declares",
        fix: "Ingest the rows instead of committing them directly, or declare the column nullable.",
      });
    }
    return [name, column] as const;
  });
  return makeTable(Object.fromEntries(columns));
}
