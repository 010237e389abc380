import { type CreateTableNode, type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { type Session, sessionDriver } from "../sql/session-driver.ts";

/** One for all handles: statements that were compiled for one of them fit every other. */
const adapter = new SqliteAdapter();

/** A Kysely dialect for SQLite on one session, with tables that check the types of their values (STRICT). */
export function sqliteDialect(session: Session): Dialect {
  return {
    createAdapter: () => adapter,
    createDriver: () => sessionDriver(session),
    createIntrospector: (sql) => new SqliteIntrospector(sql),
    createQueryCompiler: () => new StrictTables(),
  };
}

class StrictTables extends SqliteQueryCompiler {
  protected override visitCreateTable(node: CreateTableNode): void {
    super.visitCreateTable(node);
    if (node.selectQuery === undefined) this.append(" strict");
  }
}
