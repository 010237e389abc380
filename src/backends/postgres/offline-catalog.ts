import type { ColumnTypes } from "../../core/cell-type.ts";
import { storedRecord } from "../../core/stored-json.ts";
import { flatTag } from "../sql/offline-columns.ts";
import { arrayType, sqlTypes, statesLiteral, valuesLiteral } from "./offline-arrays.ts";
import type { PostgresClient } from "./postgres-pool.ts";
import { columnOf, type Table } from "../../table/table.ts";

/** An appended source. */
export interface OfflineSource {
  /** Its table, as SQL names it. */
  readonly table: string;
  readonly columns: ColumnTypes;
  readonly rows: number;
}

/** Rows sent in one statement. */
const appendRows = 20_000;

/** The sources of an offline store in one schema, kept in a table of it. */
export class OfflineCatalog {
  readonly #prefix: string;
  readonly #schema: string | undefined;
  readonly #table: string;

  constructor(schema: string | undefined) {
    this.#schema = schema;
    this.#prefix = schema === undefined ? "" : `"${schema}".`;
    this.#table = `${this.#prefix}sluice_offline_source`;
  }

  /** A source; with `lock`, nobody else appends to it or drops it until the transaction ends. */
  async find(client: PostgresClient, source: string, lock: boolean = false): Promise<OfflineSource | undefined> {
    const made = await client.query("select to_regclass($1) is not null as made", [this.#table]);
    if (!isTrue(made.rows[0], "made")) return undefined;
    const { rows } = await client.query(
      `select id::text, columns, rows::text from ${this.#table} where source = $1${lock ? " for update" : ""}`,
      [source],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    return {
      table: this.#rowsTable(String(Reflect.get(row, "id"))),
      columns: storedRecord(String(Reflect.get(row, "columns")), { table: "sluice_offline_source", row: source }),
      rows: Number(Reflect.get(row, "rows")),
    };
  }

  /** A source to append to, made where it is not there yet, and locked. */
  async open(client: PostgresClient, source: string, columns: ColumnTypes): Promise<OfflineSource> {
    const found = await this.find(client, source, true);
    if (found !== undefined) return found;
    // Two that make the first source, or the same one, at one time do so one after the other.
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`sluice offline ${this.#table}`]);
    if (this.#schema !== undefined) await this.#createSchema(client, this.#schema);
    await client.query(
      `create table if not exists ${this.#table} (source text collate "C" primary key,
        id bigint generated always as identity, columns text not null, rows bigint not null)`,
    );
    const made = await this.find(client, source, true);
    if (made !== undefined) return made;
    const { rows } = await client.query(
      `insert into ${this.#table} (source, columns, rows) values ($1, $2, 0) returning id::text`,
      [source, JSON.stringify(columns)],
    );
    const table = this.#rowsTable(String(Reflect.get(rows[0] ?? {}, "id")));
    const cells = Object.values(columns).map(({ tag }, i) => `, v${i} ${sqlTypes[flatTag(tag)]}, s${i} smallint`);
    await client.query(`create table ${table} (ord bigint primary key${cells.join("")})`);
    return { table, columns, rows: 0 };
  }

  /** Appends tables to a source that {@link OfflineCatalog.open} gave. Errors: `data/missing-column`, `table/type-mismatch`. */
  async append(client: PostgresClient, name: string, source: OfflineSource, tables: readonly Table[]): Promise<void> {
    let ordinal = source.rows;
    for (const table of tables) {
      for (let from = 0; from < table.rowCount; from += appendRows) {
        const rows = Math.min(appendRows, table.rowCount - from);
        await insert(client, source, table, from, rows, ordinal);
        ordinal += rows;
      }
      if (table.rowCount === 0)
        for (const [column, { tag }] of Object.entries(source.columns)) columnOf(table, column, tag);
    }
    await client.query(`update ${this.#table} set rows = $2 where source = $1`, [name, ordinal]);
  }

  /** Drops a source, if there is one. */
  async remove(client: PostgresClient, source: string): Promise<void> {
    const found = await this.find(client, source, true);
    if (found === undefined) return;
    await client.query(`delete from ${this.#table} where source = $1`, [source]);
    await client.query(`drop table ${found.table}`);
  }

  #rowsTable(id: string): string {
    return `${this.#prefix}sluice_offline_rows_${id}`;
  }

  /** A role without the right to make schemas may use one that is there. */
  async #createSchema(client: PostgresClient, schema: string): Promise<void> {
    const { rows } = await client.query("select 1 from pg_namespace where nspname = $1", [schema]);
    if (rows.length === 0) await client.query(`create schema "${schema}"`);
  }
}

function isTrue(row: object | undefined, name: string): boolean {
  const value: unknown = Reflect.get(row ?? {}, name);
  return value === true || value === "t";
}

async function insert(
  client: PostgresClient,
  source: OfflineSource,
  table: Table,
  from: number,
  rows: number,
  ordinal: number,
): Promise<void> {
  const indices = Int32Array.from({ length: rows }, (_, i) => from + i);
  const values: unknown[] = [ordinal];
  const arrays: string[] = [];
  const names: string[] = [];
  const add = (name: string, type: string, literal: string): void => {
    values.push(literal);
    arrays.push(`$${values.length}::${type}`);
    names.push(name);
  };
  add("n", "integer[]", `{${indices.map((_, i) => i).join(",")}}`);
  Object.entries(source.columns).forEach(([name, { tag }], i) => {
    const column = columnOf(table, name, tag);
    add(`v${i}`, arrayType(tag), valuesLiteral(column, indices));
    const states = statesLiteral(column, indices);
    if (states !== undefined) add(`s${i}`, "smallint[]", states);
  });
  const [, ...columns] = names;
  await client.query(
    `insert into ${source.table} (${["ord", ...columns].join(", ")})
      select ${["$1::bigint + n", ...columns].join(", ")} from unnest(${arrays.join(", ")}) as u(${names.join(", ")})`,
    values,
  );
}
