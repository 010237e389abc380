import type { SampleRow } from "../../contracts/check.ts";
import { nextTurn } from "../../core/platform.ts";
import type { Column } from "../../table/column.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { columnOf, makeTable, type Table } from "../../table/table.ts";
import { sliceRows, takeRows } from "../../table/take-rows.ts";
import { reasonColumn, rowColumn } from "../ingest/quarantine.ts";
import { columnsOf, rowsAmong, type StoredRows } from "./stored-rows.ts";

/** The rows of a batch in the order of their source, refused ones included: those that were accepted, and between them those in quarantine form. */
export class WholeRows implements StoredRows {
  readonly #accepted: StoredRows;
  readonly #refused: StoredRows;
  readonly #columns: readonly string[];

  /** @param columns - The dataset's. */
  constructor(accepted: StoredRows, refused: StoredRows, columns: readonly string[]) {
    this.#accepted = accepted;
    this.#refused = refused;
    this.#columns = columns;
  }

  get rowCount(): number {
    return this.#accepted.rowCount + this.#refused.rowCount;
  }

  async *tables(columns: readonly string[] = this.#columns): AsyncIterable<Table> {
    const refused = this.#refused.tables([...columns, rowColumn]);
    for await (const table of inOrder(this.#accepted.tables(columns), refused)) yield columnsOf(table, columns);
  }

  async rowsAt(rows: readonly number[]): Promise<readonly SampleRow[]> {
    return await rowsAmong(this.tables(), rows);
  }

  /** All rows in quarantine form: the refused ones as they are, every other row with this reason. */
  async *inQuarantineForm(reason: string): AsyncIterable<Table> {
    const names = [...this.#columns, reasonColumn, rowColumn];
    const accepted = withReason(this.#accepted.tables(this.#columns), reason.toWellFormed());
    for await (const table of inOrder(accepted, this.#refused.tables(names))) yield columnsOf(table, names);
  }
}

async function* withReason(tables: AsyncIterable<Table>, reason: string): AsyncIterable<Table> {
  for await (const table of tables) {
    const reasons: Column = { tag: "utf8", values: new Int32Array(table.rowCount), dictionary: [reason] };
    yield makeTable({ ...table.columns, [reasonColumn]: reasons });
  }
}

/**
 * Tables of both, row by row in the order of the source. Refused rows say where they stood there; the others take the places that are left,
 * which are told to them in the column of that name.
 */
async function* inOrder(accepted: AsyncIterable<Table>, refused: AsyncIterable<Table>): AsyncIterable<Table> {
  const apart = new Apart(refused);
  await apart.load();
  let place = 0;
  for await (const table of accepted) {
    const places = new Float64Array(table.rowCount);
    const between: Table[] = [];
    for (let row = 0; row < places.length; ) {
      const end = Math.min(places.length, row + apart.nextPlace - place);
      while (row < end) places[row++] = place++;
      if (row === places.length) break;
      place = apart.pass(place);
      if (!apart.done) continue;
      between.push(...apart.passed());
      await apart.load();
    }
    between.push(...apart.passed());
    yield merged(makeTable({ ...table.columns, [rowColumn]: { tag: "f64", values: places } }), between);
    await nextTurn();
  }
  for (; !apart.done; await apart.load()) {
    apart.pass(Number.NaN);
    yield* apart.passed();
  }
}

/** Rows that go between others: some table of them, of which the first ones were passed by and not all of those taken yet. */
class Apart {
  readonly #tables: AsyncIterator<Table>;
  #table: Table | undefined;
  #places: Float64Array = new Float64Array(0);
  #taken = 0;
  #at = 0;

  constructor(tables: AsyncIterable<Table>) {
    this.#tables = tables[Symbol.asyncIterator]();
  }

  /** Goes on to the next table that has rows. */
  async load(): Promise<void> {
    do {
      const next = await this.#tables.next();
      this.#table = next.done === true ? undefined : next.value;
    } while (this.#table !== undefined && this.#table.rowCount === 0);
    this.#places = this.#table === undefined ? new Float64Array(0) : columnOf(this.#table, rowColumn, "f64").values;
    this.#taken = 0;
    this.#at = 0;
  }

  /** Whether every row of the table was passed. */
  get done(): boolean {
    return this.#at === this.#places.length;
  }

  /** Where the next row stands; infinity where there is none. */
  get nextPlace(): number {
    return this.#places[this.#at] ?? Number.POSITIVE_INFINITY;
  }

  /** Passes the rows that stand at a place and right after it, all that are left for NaN; answers the place after them. */
  pass(place: number): number {
    let next = place;
    while (!this.done && (Number.isNaN(place) || this.#places[this.#at] === next)) {
      this.#at++;
      next++;
    }
    return next;
  }

  /** The rows that were passed and not taken. */
  passed(): readonly Table[] {
    if (this.#table === undefined || this.#taken === this.#at) return [];
    const rows = sliceRows(this.#table, this.#taken, this.#at);
    this.#taken = this.#at;
    return [rows];
  }
}

function merged(accepted: Table, between: readonly Table[]): Table {
  if (between.length === 0) return accepted;
  const all = concatTables([accepted, ...between]);
  const places = columnOf(all, rowColumn, "f64").values;
  const order = new Int32Array(all.rowCount);
  let next = 0;
  let apart = accepted.rowCount;
  for (let at = 0; at < order.length; at++) {
    const first = next < accepted.rowCount ? (places[next] as number) : Number.POSITIVE_INFINITY;
    order[at] = apart < places.length && (places[apart] as number) < first ? apart++ : next++;
  }
  return takeRows(all, order);
}
