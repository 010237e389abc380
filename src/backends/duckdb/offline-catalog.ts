import type { ColumnTypes } from "../../core/cell-type.ts";
import { storedRecord } from "../../core/stored-json.ts";
import { createTableSql, type OfflineDatabase, quoted } from "./offline-database.ts";

/** An appended source. */
export interface OfflineSource {
  /** Its table in the database. */
  readonly table: string;
  readonly columns: ColumnTypes;
}

/** The sources of a database, kept in it. */
export interface OfflineCatalog {
  has(source: string): boolean;
  get(source: string): OfflineSource | undefined;
  /** Makes a source's table. */
  add(source: string, columns: ColumnTypes): Promise<OfflineSource>;
  /** Drops a source, if there is one. */
  remove(source: string): Promise<void>;
}

/** Reads the catalog of a database. */
export async function offlineCatalog({ connection }: OfflineDatabase): Promise<OfflineCatalog> {
  await connection.run(
    "create table if not exists sluice_source (source varchar primary key, tbl varchar not null, columns varchar not null)",
  );
  const rows = (await connection.runAndReadAll("select source, tbl, columns from sluice_source")).getRows();
  const sources = new Map<string, OfflineSource>();
  let highest = 0;
  for (const [source, table, columns] of rows) {
    const place = { table: "sluice_source", row: String(source) };
    sources.set(place.row, { table: String(table), columns: storedRecord<ColumnTypes>(String(columns), place) });
    highest = Math.max(highest, Number(String(table).slice("source_".length)));
  }
  return {
    has: (source) => sources.has(source),
    get: (source) => sources.get(source),
    add: async (source, columns) => {
      const entry: OfflineSource = { table: `source_${highest + 1}`, columns };
      await connection.run(createTableSql(entry.table, columns));
      await connection.run("insert into sluice_source values ($1, $2, $3)", [
        source,
        entry.table,
        JSON.stringify(columns),
      ]);
      return entry;
    },
    remove: async (source) => {
      const entry = sources.get(source);
      if (entry === undefined) return;
      await connection.run("delete from sluice_source where source = $1", [source]);
      await connection.run(`drop table ${quoted(entry.table)}`);
    },
  };
}
